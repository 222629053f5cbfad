package dev.iammapper.gitops;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A situation in which a mapping can be, with what Argo CD and kstatus should make of it. */
enum Situation {
    NEW("created, and no controller has looked yet", "Progressing", "InProgress"), //
    CHANGED("changed, and no controller has looked yet", "Progressing", "InProgress"), //
    PENDING("`Pending`", "Progressing", "InProgress"), //
    APPLIED("`Applied`", "Healthy", "Current"), //
    ALREADY_PRESENT("`AlreadyPresent`", "Healthy", "Current"), //
    NOT_YET_ACTIVE("`NotYetActive`", "Healthy", "Current"), //
    EXPIRED("`Expired`", "Healthy", "Current"), //
    OBSERVING("`Observing`", "Healthy", "Current"), //
    INVALID("`Invalid`", "Degraded", "Failed"), //
    POLICY_VIOLATION("`PolicyViolation`", "Degraded", "Failed"), //
    CONFLICT("`Conflict`", "Degraded", "Failed"), //
    FOREIGN_ENTRY("`ForeignEntry`", "Degraded", "Failed"), //
    AWS_AUTH_MALFORMED("`AwsAuthMalformed`", "Degraded", "Failed"), //
    OWNED_UNREAD("`AwsAuthMalformed`, with a row of before that nobody can read", "Degraded", "Failed"), //
    AWS_AUTH_NOT_EDITABLE("`AwsAuthNotEditable`", "Degraded", "Failed"), //
    AWS_AUTH_FULL("`AwsAuthFull`", "Degraded", "Failed"), //
    CONTENDED("`Contended`", "Degraded", "Failed"), //
    REJECTED("`Rejected`", "Degraded", "Failed"), //
    GOING("deleted, while a finalizer of somebody else holds it", "Progressing", "Terminating");

    private static final Path FOLDER = Repository.path("src", "test", "resources", "gitops", "statuses");

    private final String words;
    private final String health;
    private final String kstatus;

    Situation(String words, String health, String kstatus) {
        this.words = words;
        this.health = health;
        this.kstatus = kstatus;
    }

    /** The object as the API server gave it, recorded by {@code StatusRecordingIT} and {@code RefusalIT}. */
    JsonObject object() {
        try {
            return JsonParser.parseString(Files.readString(FOLDER.resolve(file()))).getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException("recorded with -Dit.test='StatusRecordingIT,RefusalIT' -Dgitops.update=true",
                    e);
        }
    }

    String file() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".json";
    }

    String health() {
        return health;
    }

    String kstatus() {
        return kstatus;
    }

    /** The situation's row in the table of docs/gitops.md. */
    String row() {
        return "| " + words + " | " + health + " | " + kstatus + " |";
    }
}
