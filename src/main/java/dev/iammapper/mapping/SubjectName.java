package dev.iammapper.mapping;

import java.util.ArrayList;
import java.util.List;

/**
 * What a Kubernetes username or group must look like to be written, read back and audited without doubt. What a name
 * means is not judged here.
 */
final class SubjectName {
    /** The longest name, in characters. */
    static final int MAX_LENGTH = 253;

    private final String code;
    private final String path;
    private final String name;
    private final List<FieldError> errors = new ArrayList<>();

    private SubjectName(String code, String path, String name) {
        this.code = code;
        this.path = path;
        this.name = name;
    }

    static List<FieldError> errorsOfUsername(String path, String username) {
        SubjectName subject = new SubjectName(FieldError.USERNAME_MALFORMED, path, username);
        subject.check();
        return subject.errors;
    }

    static List<FieldError> errorsOfGroup(String path, String group) {
        SubjectName subject = new SubjectName(FieldError.GROUP_MALFORMED, path, group);
        subject.check();
        if (subject.errors.isEmpty()) {
            subject.checkInnerSpace();
        }
        return subject.errors;
    }

    private void check() {
        if (name.isEmpty()) {
            add("is empty.", "Write a name.");
            return;
        }
        int length = name.codePointCount(0, name.length());
        if (length > MAX_LENGTH) {
            add("has " + length + " characters; " + MAX_LENGTH + " are allowed.", "Write a shorter name.");
            return;
        }
        if (isSpace(name.codePointAt(0))) {
            add("starts with a space.", "Remove it.");
        }
        if (isSpace(name.codePointBefore(name.length()))) {
            add("ends with a space.", "Remove it.");
        }
        checkCharacters();
        int comma = name.indexOf(',');
        if (comma >= 0) {
            add("holds a comma at character " + Quoted.place(name, comma) + ".",
                    "Write names without commas; several groups are several items of the list.");
        }
    }

    /** Reports the first one only: text pasted from elsewhere tends to hold many of a kind. */
    private void checkCharacters() {
        for (int index = 0; index < name.length(); index += Character.charCount(name.codePointAt(index))) {
            int character = name.codePointAt(index);
            if (isInvisible(character)) {
                add("holds " + Quoted.character(character) + " at character " + Quoted.place(name, index) + ".",
                        "Remove it: line breaks, control characters and invisible characters make names that look"
                                + " alike differ.");
                return;
            }
        }
    }

    private void checkInnerSpace() {
        int space = name.indexOf(' ');
        if (space < 0) {
            return;
        }
        if (name.contains(" - ")) {
            add("holds \" - \" at character " + Quoted.place(name, space) + ": two items of a list ran into one.",
                    "Write each group on a line of its own, all with the same indentation.");
        } else {
            add("holds a space at character " + Quoted.place(name, space) + ".", "Write groups without spaces.");
        }
    }

    private void add(String message, String advice) {
        errors.add(new FieldError(code, path, message, advice));
    }

    private static boolean isSpace(int character) {
        return character == ' ';
    }

    private static boolean isInvisible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR, Character.PRIVATE_USE -> true;
            case Character.SPACE_SEPARATOR -> character != ' ';
            default -> isNoncharacter(character) || isBlank(character);
        };
    }

    /**
     * Letters, marks and symbols that show nothing: Hangul fillers, the blank of Braille, variation selectors and the
     * like, from the property Default_Ignorable_Code_Point of the Unicode Character Database.
     */
    private static boolean isBlank(int character) {
        return character == 0x034F || (0x115F <= character && character <= 0x1160)
                || (0x17B4 <= character && character <= 0x17B5) || (0x180B <= character && character <= 0x180F)
                || character == 0x2800 || character == 0x3164 || (0xFE00 <= character && character <= 0xFE0F)
                || character == 0xFFA0 || (0xE0100 <= character && character <= 0xE01EF);
    }

    /** The 66 code points that Unicode keeps out of text; YAML cannot carry all of them. */
    private static boolean isNoncharacter(int character) {
        return (character & 0xFFFE) == 0xFFFE || (0xFDD0 <= character && character <= 0xFDEF);
    }
}
