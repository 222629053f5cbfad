package dev.iammapper.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.GsonBuilder;
import dev.iammapper.cluster.Oracle;
import dev.iammapper.cluster.OracleReading;
import dev.iammapper.mapping.Grant;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.PrincipalKey;
import dev.iammapper.render.RenderPlan.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Our reader against the authenticator's own, on documents that nobody should write. Longer runs:
 * {@code -Doracle.samples=100000 -Doracle.seed=7}. What differs is made small before it is shown.
 */
class AuthenticatorOracleIT {
    private static final int SAMPLES = Integer.getInteger("oracle.samples", 1500);
    private static final int FIRST_SEED = Integer.getInteger("oracle.seed", 1) * 1_000_000;
    private static final int MOST_DIFFERENCES = 10;

    /** What the authenticator logs when it reads nothing from a section, as opposed to a field or a row. */
    private static final Pattern LOST = Pattern.compile("\\[(yaml: |unsupported |error converting"
            + "|json: unsupported value|json: cannot unmarshal \\S+ into Go value of type \\[\\]"
            + "|invalid character|unexpected end of JSON)");

    private final Oracle oracle = Oracle.shared();

    @Test
    void nastyDocumentsReadAlike() {
        compare((nasty, section) -> nasty.section(section));
    }

    @Test
    void documentsWithSlipsReadAlike() {
        compare((nasty, section) -> nasty.mutated(nasty.section(section)));
    }

    @Test
    void garbageReadsAlike() {
        compare((nasty, _) -> nasty.garbage());
    }

    @Test
    void everyGoldenTextMeansThereWhatTheMappingsSay() {
        for (GoldenCase golden : GoldenCase.all()) {
            Scene scene = golden.scene();
            assertMeant(golden.toString(), scene, scene.pass());
        }
    }

    @Test
    void whatIsRenderedMeansThereWhatTheMappingsSay() {
        for (int seed = FIRST_SEED; seed < FIRST_SEED + SAMPLES / 4; seed++) {
            Random random = new Random(seed);
            NastyText nasty = new NastyText(random);
            Scene scene = new Scene().mapRoles(nasty.section(Section.ROLES)).mapUsers(nasty.section(Section.USERS));
            History history = new History(random, true);
            for (int step = 0; step < 3; step++) {
                history.step(scene);
                assertMeant("seed " + seed, scene, scene.pass());
            }
        }
    }

    /** Whoever is called owned or present becomes exactly this, whatever feature gates and Go's maps do. */
    private void assertMeant(String name, Scene scene, RenderPlan plan) {
        AwsAuthData text = scene.awsAuth();
        List<IdentityMapping> wanted = scene.input().wanted();
        List<String> arns = wanted.stream().map(mapping -> mapping.principal().canonical()).toList();
        List<OracleReading> readings = List.of(oracle.read(text.mapRoles(), text.mapUsers(), null, arns),
                oracle.readWithSsoRoleMatch(text.mapRoles(), text.mapUsers(), null, arns));
        for (IdentityMapping mapping : wanted) {
            Outcome outcome = plan.outcomes().get(mapping.principal().key());
            if (!(outcome instanceof Outcome.Owned || outcome instanceof Outcome.AlreadyPresent)) {
                continue;
            }
            for (OracleReading reading : readings) {
                assertThat(reading.lookup(mapping.principal().canonical()).identities())
                        .as(name + ", " + mapping + " is " + outcome + " in " + json(text)).isNotEmpty()
                        .allMatch(each -> new Grant(each.username(), each.groups()).means(mapping.grant()));
            }
        }
    }

    private interface Source {
        String text(NastyText nasty, Section section);
    }

    private void compare(Source source) {
        List<String> found = new ArrayList<>();
        Set<String> kinds = new HashSet<>();
        for (int seed = FIRST_SEED; seed < FIRST_SEED + SAMPLES && found.size() < MOST_DIFFERENCES; seed++) {
            NastyText nasty = new NastyText(new Random(seed));
            AwsAuthData data = new AwsAuthData(source.text(nasty, Section.ROLES), source.text(nasty, Section.USERS),
                    source.text(nasty, Section.ROLES));
            String difference = difference(data);
            if (difference != null && kinds.add(kind(difference))) {
                AwsAuthData small = shrunk(data, kind(difference));
                found.add("seed " + seed + ": " + difference(small) + "\n    in " + json(small));
            }
        }
        assertThat(found).isEmpty();
    }

    // ---- compare

    private @Nullable String difference(AwsAuthData data) {
        AwsAuthReading ours = AwsAuthReading.read(data);
        OracleReading theirs = oracle.read(data.mapRoles(), data.mapUsers(), data.mapAccounts(), NastyText.ARNS);
        OracleReading withSso = oracle.readWithSsoRoleMatch(data.mapRoles(), data.mapUsers(), data.mapAccounts(),
                NastyText.ARNS);
        boolean held = false;
        for (Section section : Section.values()) {
            String difference = rowsDifference(ours.section(section), theirs);
            if (difference != null) {
                return difference;
            }
            held |= ours.section(section).layout() instanceof SectionReading.Layout.Lost;
        }
        String accounts = accountsDifference(ours, theirs);
        if (accounts != null || held) {
            return accounts;
        }
        for (String arn : NastyText.ARNS) {
            String difference = lookupDifference(ours, theirs.lookup(arn), withSso.lookup(arn));
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    private static @Nullable String rowsDifference(SectionReading ours, OracleReading theirs) {
        String error = theirs.errors().get(ours.section().dataKey());
        boolean lost = error != null && LOST.matcher(error).find();
        List<String> there = switch (ours.section()) {
            case ROLES -> theirs.roles().stream().filter(row -> row.sso() == null)
                    .map(row -> row.rolearn() + " " + new Grant(row.username(), row.groups())).toList();
            case USERS -> theirs.users().stream()
                    .map(row -> row.userarn() + " " + new Grant(row.username(), row.groups())).toList();
        };
        if (ours.layout() instanceof SectionReading.Layout.Lost(AwsAuthProblem problem)) {
            return lost || KnownDifferences.contains(problem.message())
                    ? null
                    : "held: " + problem.message() + "\n    there " + error + " " + there;
        }
        if (lost) {
            return "DANGER: read here, lost there\n    there " + error;
        }
        List<String> here = ours.rows().stream().filter(row -> row.sso() == null && !row.arn().isEmpty())
                .map(row -> row.arn() + " " + row.grant()).toList();
        return here.equals(there)
                ? null
                : "DANGER: read otherwise in " + ours.section() + "\n    here  " + here + "\n    there " + there;
    }

    private static @Nullable String accountsDifference(AwsAuthReading ours, OracleReading theirs) {
        for (AwsAuthProblem problem : ours.problems()) {
            if (problem.sectionLost() && problem.dataKey().equals("mapAccounts")) {
                // A failure in the middle leaves the accounts before it to the authenticator, and empty ones behind.
                boolean none = theirs.errors().containsKey("mapAccounts") || theirs.accounts().isEmpty();
                return none || KnownDifferences.contains(problem.message())
                        ? null
                        : "held accounts: " + problem.message() + "\n    there " + theirs.accounts();
            }
        }
        return ours.accounts().equals(theirs.accounts())
                ? null
                : "DANGER: accounts read otherwise\n    here  " + ours.accounts() + "\n    there " + theirs.accounts();
    }

    /**
     * All that the authenticator can answer is among our deciding rows, and where ours are certain so is its answer.
     */
    private static @Nullable String lookupDifference(AwsAuthReading ours, OracleReading.Lookup theirs,
            OracleReading.Lookup withSso) {
        List<Row> deciding = ours.deciding(PrincipalKey.of(theirs.arn()), List.of());
        Set<String> here = new HashSet<>();
        deciding.forEach(row -> here.add(row.section().dataKey() + " " + row.grant()));
        Set<String> there = new HashSet<>(answers(theirs));
        there.addAll(answers(withSso));
        boolean certain = deciding.stream().anyMatch(row -> row.sso() == null);
        return here.containsAll(there) && !(certain && answers(theirs).isEmpty())
                ? null
                : "DANGER: looked up otherwise\n    " + theirs.arn() + "\n    here  " + here + "\n    there " + there;
    }

    private static List<String> answers(OracleReading.Lookup lookup) {
        return lookup.identities().stream().filter(identity -> !identity.section().equals("mapAccounts"))
                .map(identity -> identity.section() + " " + new Grant(identity.username(), identity.groups())).toList();
    }

    // ---- make small

    private static String kind(String difference) {
        return difference.lines().findFirst().orElse("").replaceAll("[0-9]+", "9");
    }

    private AwsAuthData shrunk(AwsAuthData data, String kind) {
        AwsAuthData smallest = data;
        for (int size = 512; size > 0; size /= 2) {
            AwsAuthData next = smallest;
            while (next != null) {
                smallest = next;
                next = smaller(smallest, size).stream()
                        .filter(each -> kind(String.valueOf(difference(each))).equals(kind))
                        .findFirst().orElse(null);
            }
        }
        return smallest;
    }

    private static List<AwsAuthData> smaller(AwsAuthData data, int size) {
        List<AwsAuthData> all = new ArrayList<>();
        parts(data.mapRoles(), size).forEach(
                text -> all.add(new AwsAuthData(text, data.mapUsers(), data.mapAccounts())));
        parts(data.mapUsers(), size).forEach(
                text -> all.add(new AwsAuthData(data.mapRoles(), text, data.mapAccounts())));
        parts(data.mapAccounts(), size).forEach(
                text -> all.add(new AwsAuthData(data.mapRoles(), data.mapUsers(), text)));
        return all;
    }

    private static List<String> parts(@Nullable String text, int size) {
        List<String> all = new ArrayList<>();
        int[] points = String.valueOf(text).codePoints().toArray();
        for (int at = 0; text != null && at + size <= points.length; at += Math.max(1, size / 2)) {
            all.add(new String(points, 0, at) + new String(points, at + size, points.length - at - size));
        }
        return all;
    }

    private static String json(AwsAuthData data) {
        return new GsonBuilder().disableHtmlEscaping().create().toJson(data);
    }
}
