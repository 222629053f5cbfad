package dev.iammapper.architecture.offences.app;

import org.springframework.beans.factory.annotation.Autowired;

/** Hides what it needs. */
class AppThatIsInjected {
    @Autowired
    AppManager manager = new AppManager();
}
