package dev.iammapper.architecture.offences.render;

import org.springframework.stereotype.Component;

/** Is a bean. */
@Component
final class RenderThatIsWired {}
