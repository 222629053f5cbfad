package dev.iammapper.admission;

import com.google.gson.JsonObject;
import dev.iammapper.admission.AdmissionReviews.Reading;
import dev.iammapper.mapping.Quoted;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import lombok.RequiredArgsConstructor;
import lombok.extern.slf4j.Slf4j;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The webhook's one path. A review that can be answered gets an answer, whatever goes wrong; anything else gets an HTTP
 * status that the API server takes for a failure, which denies too.
 */
@RestController
@Slf4j
public final class AdmissionEndpoint {
    /** Where the API server sends its reviews. */
    public static final String PATH = "/validate/iamidentitymapping";

    private final MappingAdmission admission;
    private final AdmissionMetrics metrics;
    private final LongSupplier nanoTime;
    private final AdmissionBody bodies;
    private final NowAndThen troubles;

    /** The endpoint of one controller; {@code nanoTime} is monotonic. */
    public AdmissionEndpoint(MappingAdmission admission, AdmissionMetrics metrics, LongSupplier nanoTime) {
        this.admission = admission;
        this.metrics = metrics;
        this.nanoTime = nanoTime;
        this.bodies = new AdmissionBody(nanoTime);
        this.troubles = new NowAndThen(nanoTime);
    }

    @PostMapping(path = PATH, consumes = MediaType.APPLICATION_JSON_VALUE, produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> validate(HttpServletRequest http) {
        try {
            return bodies.with(http.getInputStream(), http.getContentLengthLong(), this::answer);
        } catch (AdmissionBody.Refused refused) {
            return refused(refused);
        } catch (IOException brokenOff) {
            return failure(400, "the body broke off");
        }
    }

    private ResponseEntity<byte[]> answer(byte[] body) {
        long began = nanoTime.getAsLong();
        return switch (AdmissionReviews.read(body)) {
            case Reading.Unreadable(String message) -> failure(400, message);
            case Reading.Denied(String uid, String message) -> ReviewLog.of(uid)
                    .during(() -> answer(uid, unjudgeable(message), began));
            case Reading.Asked(AdmissionRequest request) -> ReviewLog.of(request)
                    .during(() -> answer(request.uid(), decide(request), began));
        };
    }

    private static AdmissionDecision unjudgeable(String message) {
        log.info("Denied: not judged: {}", message);
        return AdmissionDecision.Denied.unjudged("Not judged: " + message + ".");
    }

    /** The boundary: a bug denies, is logged here once, and is no stack trace for whoever ran into it. */
    private AdmissionDecision decide(AdmissionRequest request) {
        AdmissionDecision decision;
        try {
            decision = admission.decide(request);
        } catch (RuntimeException | StackOverflowError bug) {
            log.error("The review {} of {} failed in a way that nobody expected; it is denied",
                    Quoted.text(request.uid()),
                    Quoted.text(request.name()), bug);
            decision = AdmissionDecision.Denied.unjudged("Not judged, because iam-identity-mapper failed; its log says"
                    + " more about the review " + request.uid() + ".");
        }
        if (decision instanceof AdmissionDecision.Denied(String message, List<AdmissionDecision.Cause> causes, var _)) {
            log.info("Denied{}: {} {} by {}: {}", request.dryRun() ? " (dry run)" : "", request.operation(),
                    Quoted.text(request.name()),
                    Quoted.text(request.requester().username()),
                    causes.isEmpty()
                            ? message
                            : causes.stream().map(cause -> cause.code() + " at " + cause.field())
                                    .collect(Collectors.joining(", ")));
        }
        return decision;
    }

    private ResponseEntity<byte[]> answer(String uid, AdmissionDecision decision, long began) {
        metrics.answered(decision, Duration.ofNanos(nanoTime.getAsLong() - began));
        return json(200, AdmissionReviews.write(uid, decision));
    }

    private ResponseEntity<byte[]> failure(int code, String message) {
        metrics.unreadable();
        troubles.told(message);
        return status(code, message);
    }

    private ResponseEntity<byte[]> refused(AdmissionBody.Refused refused) {
        if (refused.status() == HttpStatus.SERVICE_UNAVAILABLE.value()) {
            metrics.overloaded();
        } else {
            metrics.unreadable();
        }
        troubles.told(String.valueOf(refused.getMessage()));
        return status(refused.status(), String.valueOf(refused.getMessage()));
    }

    /** As a Status of Kubernetes, whose message the API server shows. */
    private static ResponseEntity<byte[]> status(int code, String message) {
        JsonObject status = new JsonObject();
        status.addProperty("kind", "Status");
        status.addProperty("apiVersion", "v1");
        status.addProperty("status", "Failure");
        status.addProperty("message", message);
        status.addProperty("code", code);
        return json(code, status.toString());
    }

    /** Whoever reaches the port can cause such lines: one in a minute is enough for a person. */
    @RequiredArgsConstructor
    private static final class NowAndThen {
        private static final long QUIET = Duration.ofMinutes(1).toNanos();

        private final LongSupplier nanoTime;
        private long toldAt;
        private boolean told;

        synchronized void told(String message) {
            long now = nanoTime.getAsLong();
            if (!told || now - toldAt > QUIET) {
                told = true;
                toldAt = now;
                log.warn("The webhook was called and gave no verdict: {}", message);
            }
        }
    }

    private static ResponseEntity<byte[]> json(int status, String body) {
        return ResponseEntity.status(status).contentType(MediaType.APPLICATION_JSON)
                .body(body.getBytes(StandardCharsets.UTF_8));
    }
}
