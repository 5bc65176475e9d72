package io.sluice.config.binding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// The committed page is what the tables say.
class DirectiveDocsTest {

    private static final Path PAGE = Path.of("..", "docs", "directives.md");

    @Test
    void pageIsUpToDate() throws IOException {
        if (Boolean.getBoolean("sluice.docs.write")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, DirectiveDocs.page());
        }
        assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
                .as("docs/directives.md; regenerate it: mvn -q -pl core -am test -Dtest=DirectiveDocsTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dsluice.docs.write=true")
                .isEqualTo(DirectiveDocs.page());
    }
}
