package dev.iammapper.app;

import dev.iammapper.cli.CommandSurroundings;
import dev.iammapper.cli.DisownCommand;
import dev.iammapper.cli.doctor.DoctorCommand;
import dev.iammapper.cli.ExplainCommand;
import dev.iammapper.cli.importing.ImportCommand;
import dev.iammapper.cli.lint.LintCommand;
import dev.iammapper.cli.PlanCommand;
import dev.iammapper.cli.ReleaseCommand;
import dev.iammapper.cli.RollbackCommand;
import dev.iammapper.cli.SnapshotsCommand;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.LoggerFactory;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entrance of the jar: starts what the command line asks for, and nothing that it does not need. */
@Command(name = "iam-identity-mapper", versionProvider = BuildVersion.class,
        mixinStandardHelpOptions = true, exitCodeOnInvalidInput = ExitCode.USAGE,
        exitCodeOnExecutionException = ExitCode.FAILURE, sortOptions = false,
        description = "Turns IAMIdentityMapping objects into rows of the ConfigMap kube-system/aws-auth.",
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
                "0:it worked", "1:something unexpected failed",
                "64:the command line is wrong",
                "78:a setting or the kubeconfig is wrong"},
        footer = {"", "Commands have exit codes of their own: COMMAND --help.",
                "Without a command, the controller is started."})
public final class Main implements Runnable {
    private static final String CONTROLLER = "controller";
    private static final Set<String> ABOUT = Set.of("-h", "--help", "-V", "--version");

    private Main() {}

    /** Ends the JVM with one of the {@link ExitCode}s. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs the command to its end and returns its exit code. */
    static int run(String... args) {
        List<String> words = new ArrayList<>(List.of(args));
        if (words.isEmpty() || (words.getFirst().startsWith("-") && !ABOUT.contains(words.getFirst()))) {
            words.addFirst(CONTROLLER);
        }
        ControllerCommand controller = new ControllerCommand();
        if (words.getFirst().equals(CONTROLLER)) {
            controller.takeSettings(words);
            if (words.stream().noneMatch(ABOUT::contains)) {
                controller.beginLog();
            }
        }
        return commands(controller).execute(words.toArray(String[]::new));
    }

    /** All commands, as they are named and described to people. */
    static CommandLine commands(ControllerCommand controller) {
        CommandLine line = new CommandLine(new Main()).addSubcommand(controller)
                .addSubcommand(new LintCommand(surroundings())).addSubcommand(new ImportCommand(surroundings()))
                .addSubcommand(new PlanCommand(surroundings())).addSubcommand(new ExplainCommand(surroundings()))
                .addSubcommand(new DoctorCommand(surroundings())).addSubcommand(new ReleaseCommand(surroundings()))
                .addSubcommand(new DisownCommand(surroundings())).addSubcommand(new SnapshotsCommand(surroundings()))
                .addSubcommand(new RollbackCommand(surroundings()))
                .addSubcommand(new GenerateCompletion())
                .addSubcommand(new HelpCommand())
                .setParameterExceptionHandler(Main::refuse);
        line.getSubcommands().values()
                .forEach(command -> command.getCommandSpec().versionProvider(new BuildVersion()));
        return line;
    }

    private static CommandSurroundings surroundings() {
        return new CommandSurroundings(BuildVersion.number(), Clock.systemUTC(), System.getenv(), System.in,
                System.out, System.err);
    }

    @Override
    public void run() {
        throw new IllegalStateException("without a command, the controller is run");
    }

    private static int refuse(ParameterException mistake, String[] args) {
        CommandLine command = mistake.getCommandLine();
        if (command.getCommand() instanceof ControllerCommand controller && controller.logsJson()) {
            LoggerFactory.getLogger(Main.class).error("{} See: {} --help", mistake.getMessage(),
                    command.getCommandSpec().qualifiedName());
            return ExitCode.USAGE;
        }
        command.getErr().println(command.getColorScheme().errorText(mistake.getMessage()));
        if (mistake instanceof UnmatchedArgumentException) {
            UnmatchedArgumentException.printSuggestions(mistake, command.getErr());
        }
        if (mistake instanceof UnmatchedArgumentException unmatched
                && unmatched.getUnmatched().getFirst().matches("--[a-z-]+[.].*")) {
            command.getErr().println("Settings are written with an equals sign: --name.with.dots=value");
        }
        command.getErr().println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }
}
