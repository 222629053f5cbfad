package dev.iammapper.app;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether the admission webhook is on: as it was set, else in a Pod. */
final class WebhookSwitch implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        return isOn(context.getEnvironment());
    }

    static boolean isOn(Environment environment) {
        return Binder.get(environment).bind("mapper.webhook.enabled", Boolean.class)
                .orElseGet(() -> PodSurroundings.ofThisProcess().isPod());
    }
}
