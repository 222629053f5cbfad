package dev.iammapper.render;

/** One change of one section's rows. */
sealed interface RowEdit {
    /** The section that changes. */
    Section section();

    /** A row behind all others. */
    record Add(RowText row) implements RowEdit {
        @Override
        public Section section() {
            return row.section();
        }
    }

    /** Another text in the place of a row. */
    record Replace(Row old, RowText row) implements RowEdit {
        @Override
        public Section section() {
            return old.section();
        }
    }

    /** A row goes, with exactly the text that adding it brought. */
    record Remove(Row old) implements RowEdit {
        @Override
        public Section section() {
            return old.section();
        }
    }
}
