package dev.iammapper.cli.input;

import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.policy.BindingIndex;
import dev.iammapper.policy.ParsedPolicy;
import dev.iammapper.policy.Policy;
import dev.iammapper.policy.PolicyText;
import dev.iammapper.policy.SettingError;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what the options of a command name: files that must be right as a whole, because others are judged by them. A
 * word is a file, a folder, or {@code -} for the standard input, which can be read once.
 */
public final class InputFiles {
    private static final String STANDARD_INPUT = "-";

    private final InputStream standardInput;
    private boolean standardInputIsRead;

    /** Files of this machine, and the stream behind {@code -}. */
    public InputFiles(InputStream standardInput) {
        this.standardInput = standardInput;
    }

    /** The text of one file. */
    public String text(String file) throws UnusableInputException {
        List<String> texts = new ArrayList<>();
        ManifestFiles files = new ManifestFiles(standardInput,
                (_, bytes) -> texts.add(new String(bytes, StandardCharsets.UTF_8)));
        read(files, List.of(file));
        if (texts.size() != 1) {
            throw new UnusableInputException(file + ": one file is wanted here, and this is a folder.");
        }
        return texts.getFirst();
    }

    /** The policy in a file. */
    public Policy policy(String file) throws UnusableInputException {
        return policy(file, text(file));
    }

    /**
     * The policy of a text.
     *
     * @param origin what the text is, for messages
     */
    public static Policy policy(String origin, String text) throws UnusableInputException {
        return switch (PolicyText.read(text)) {
            case ParsedPolicy.Valid(Policy policy) -> policy;
            case ParsedPolicy.Invalid(List<SettingError> errors) -> throw new UnusableInputException(
                    errors.stream().map(error -> origin + ": " + error.sentence()).toList());
        };
    }

    /** RBAC, as manifests. */
    public BindingIndex bindings(List<String> words) throws UnusableInputException {
        BindingIndex index = new BindingIndex();
        for (Manifest manifest : manifests(words)) {
            RbacFiles.put(index, manifest);
        }
        return index;
    }

    /** The one ConfigMap aws-auth of a file, as {@code kubectl get -o yaml} prints it. */
    public AwsAuthFile awsAuth(String file) throws UnusableInputException {
        List<Manifest> found = manifests(List.of(file)).stream().filter(AwsAuthFile::isOne).toList();
        if (found.size() != 1) {
            String origin = file.equals(STANDARD_INPUT) ? "stdin" : file;
            throw new UnusableInputException(origin + ": holds " + (found.isEmpty() ? "no" : "more than one")
                    + " ConfigMap aws-auth; write what \"kubectl get configmap aws-auth -n kube-system -o yaml\""
                    + " prints.");
        }
        List<String> refusals = AwsAuthFile.refusals(found.getFirst());
        if (!refusals.isEmpty()) {
            throw new UnusableInputException(refusals);
        }
        return new AwsAuthFile(found.getFirst());
    }

    /** The mappings of files, in their order; objects of other kinds are passed over. */
    public List<IamIdentityMapping> mappings(List<String> words) throws UnusableInputException {
        List<IamIdentityMapping> mappings = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (Manifest manifest : manifests(words)) {
            if (!manifest.kind().equals(IamIdentityMapping.KIND)) {
                continue;
            }
            MappingManifest mapping = MappingManifestReader.read(manifest);
            mapping.findings().forEach(finding -> refused.add(finding.file() + ":" + finding.place().line() + ":"
                    + finding.place().column() + ": " + finding.field() + " " + finding.message() + " "
                    + finding.advice()));
            mappings.add(mapping.object());
        }
        if (!refused.isEmpty()) {
            throw new UnusableInputException(refused);
        }
        return mappings;
    }

    /** All objects of files. */
    public List<Manifest> manifests(List<String> words) throws UnusableInputException {
        List<Manifest> manifests = new ArrayList<>();
        List<String> malformed = new ArrayList<>();
        ManifestReader reader = new ManifestReader(manifests::add,
                (file, place, message, advice) -> malformed.add(file + ":" + place.line() + ":" + place.column()
                        + ": the document " + message + " " + advice));
        read(new ManifestFiles(standardInput, reader::read), words);
        if (!malformed.isEmpty()) {
            throw new UnusableInputException(malformed);
        }
        return manifests;
    }

    private void read(ManifestFiles files, List<String> words) throws UnusableInputException {
        for (String word : words) {
            if (word.equals(STANDARD_INPUT) && standardInputIsRead) {
                throw new UnusableInputException("the standard input can be read once, and two options name it;"
                        + " write one of the two into a file.");
            }
            standardInputIsRead |= word.equals(STANDARD_INPUT);
            files.read(word);
        }
        if (!files.unusable().isEmpty()) {
            throw new UnusableInputException(files.unusable().stream()
                    .map(input -> input.file() + " " + input.message()).toList());
        }
    }
}
