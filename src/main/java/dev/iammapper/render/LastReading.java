package dev.iammapper.render;

import java.util.List;

/**
 * The text of aws-auth that was read last, with what it means: most passes find the text that the pass before wrote and
 * read back. Not for several threads.
 */
public final class LastReading {
    private AwsAuthReading reading = AwsAuthReading.read(AwsAuthData.EMPTY);

    /** Nothing read yet. */
    public LastReading() {}

    /** What the authenticator does not read, or reads otherwise than it looks, in the order of the three keys. */
    public List<AwsAuthProblem> problems(AwsAuthData data) {
        return read(data).problems();
    }

    AwsAuthReading read(AwsAuthData data) {
        reading = reading.reread(data);
        return reading;
    }

    void keep(AwsAuthReading latest) {
        reading = latest;
    }
}
