package dev.iammapper.render;

/**
 * The text of aws-auth that was read last, with what it means: most passes find the text that the pass before wrote and
 * read back. Not for several threads.
 */
public final class LastReading {
    private AwsAuthReading reading = AwsAuthReading.read(AwsAuthData.EMPTY);

    /** Nothing read yet. */
    public LastReading() {}

    AwsAuthReading read(AwsAuthData data) {
        reading = reading.reread(data);
        return reading;
    }

    void keep(AwsAuthReading latest) {
        reading = latest;
    }
}
