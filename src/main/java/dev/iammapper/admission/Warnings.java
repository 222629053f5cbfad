package dev.iammapper.admission;

import dev.iammapper.policy.Finding;
import java.util.ArrayList;
import java.util.List;

/**
 * Findings as admission warnings. The API server cuts a warning of more than 256 characters and drops what exceeds 4,096
 * in all: k8s.io/apiserver/pkg/endpoints/filters/warning.go. A warning travels in an HTTP header, so on one line.
 */
final class Warnings {
    static final int LONGEST = 256;
    static final int LONGEST_TOGETHER = 3_500;
    private static final String ELLIPSIS = "…";

    private Warnings() {}

    static List<String> of(List<Finding> findings) {
        List<String> warnings = new ArrayList<>();
        int together = 0;
        for (Finding finding : findings) {
            String warning = of(finding);
            together += length(warning);
            if (together > LONGEST_TOGETHER) {
                warnings.add("and " + (findings.size() - warnings.size()) + " more; \"iam-identity-mapper lint\" shows"
                        + " all of them");
                break;
            }
            warnings.add(warning);
        }
        return warnings;
    }

    /** Whole, or without the advice, or cut short: the code is always there, and the docs explain it. */
    private static String of(Finding finding) {
        String whole = onOneLine(finding.sentence());
        if (length(whole) <= LONGEST) {
            return whole;
        }
        String code = " (" + finding.code().word() + ")";
        String wrong = onOneLine(finding.path() + ": " + finding.message());
        if (length(wrong + code) <= LONGEST) {
            return wrong + code;
        }
        int room = LONGEST - length(code) - length(ELLIPSIS);
        return wrong.substring(0, wrong.offsetByCodePoints(0, room)) + ELLIPSIS + code;
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private static String onOneLine(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().map(c -> Character.isISOControl(c) ? ' ' : c).forEach(line::appendCodePoint);
        return line.toString();
    }
}
