package dev.iammapper.admission;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.MDC;

/** Marks every line that is logged during a review, so that the lines of one request can be told from others'. */
record ReviewLog(Map<String, String> marks) {
    /** The review's uid, which the answer carries back. */
    static final String UID = "review.uid";

    static final String OBJECT = "review.object";
    static final String USER = "review.user";

    /** The longest name that Kubernetes gives to an object; names of users have no bound. */
    private static final int LONGEST = 253;

    /** The marks of a request that could be read no further than its uid. */
    static ReviewLog of(String uid) {
        return new ReviewLog(Map.of(UID, uid));
    }

    static ReviewLog of(AdmissionRequest request) {
        Map<String, String> marks = new LinkedHashMap<>();
        marks.put(UID, request.uid());
        marks.put(OBJECT, cut(request.name()));
        marks.put(USER, cut(request.requester().username()));
        return new ReviewLog(marks);
    }

    /** Does something with the marks in place. */
    <T> T during(Supplier<T> review) {
        marks.forEach(MDC::put);
        try {
            return review.get();
        } finally {
            marks.keySet().forEach(MDC::remove);
        }
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
