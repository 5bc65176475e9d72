package io.sluice.app;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sluice.transport.linux.Signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class OptionParserTest {

    @Test
    void lettersShareADash() throws UsageException {
        Options options = OptionParser.parse("-tq");

        assertThat(options.test()).isTrue();
        assertThat(options.quiet()).isTrue();
        assertThat(options.dump()).isFalse();
    }

    @Test
    void valuesFollowAtOnceOrNext() throws UsageException {
        Options options = OptionParser.parse("-tcfile", "-p", "dir", "-g", "user nobody;", "-e", "log");

        assertThat(options.test()).isTrue();
        assertThat(options.configuration()).contains("file");
        assertThat(options.prefix()).contains("dir");
        assertThat(options.globalDirectives()).contains("user nobody;");
        assertThat(options.errorLog()).contains("log");
    }

    @Test
    void aValueMayLookLikeAnOption() throws UsageException {
        Options options = OptionParser.parse("-c", "-t");

        assertThat(options.configuration()).contains("-t");
        assertThat(options.test()).isFalse();
    }

    @Test
    void theLastValueCounts() throws UsageException {
        assertThat(OptionParser.parse("-ca", "-cb").configuration()).contains("b");
    }

    @Test
    void testingIsImpliedByDumping() throws UsageException {
        assertThat(OptionParser.parse("-T").test()).isTrue();
    }

    @Test
    void versionIsImpliedByHelp() throws UsageException {
        for (String help : new String[] {"-h", "-?", "--help"}) {
            assertThat(OptionParser.parse(help).version()).as(help).isTrue();
            assertThat(OptionParser.parse(help).help()).as(help).isTrue();
        }
        assertThat(OptionParser.parse("--version").version()).isTrue();
        assertThat(OptionParser.parse("-V").build()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"stop,TERM", "quit,QUIT", "reopen,USR1", "reload,HUP"})
    void controlNamesMeanSignals(String name, Signal signal) throws UsageException {
        assertThat(OptionParser.parse("-s", name).control().orElseThrow().signal()).isEqualTo(signal);
    }

    @Test
    void formatIsTextUnlessAskedOtherwise() throws UsageException {
        assertThat(OptionParser.parse("-t").format()).isEqualTo(Options.OutputFormat.TEXT);
        assertThat(OptionParser.parse("-t", "--format=json").format()).isEqualTo(Options.OutputFormat.JSON);
    }

    @Test
    void demoIsAWordOfItsOwn() throws UsageException {
        assertThat(OptionParser.parse("demo").demo()).isTrue();
        assertThatThrownBy(() -> OptionParser.parse("-t", "demo")).hasMessage("invalid option: \"demo\"");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            delimiter = '|',
            value = {
                "-x | invalid option: \"x\"",
                "-tx | invalid option: \"x\"",
                "foo | invalid option: \"foo\"",
                "--foo | invalid option: \"--foo\"",
                "--format=xml | invalid option: \"--format=xml\"",
                "-sfoo | invalid option: \"-s foo\"",
                "-c | option \"-c\" requires file name",
                "-e | option \"-e\" requires file name",
                "-p | option \"-p\" requires directory name",
                "-g | option \"-g\" requires parameter",
                "-s | option \"-s\" requires parameter",
            })
    void saysInTheWordsOfNginxWhatIsWrong(String argument, String message) {
        assertThatThrownBy(() -> OptionParser.parse(argument))
                .isInstanceOf(UsageException.class)
                .hasMessage(message);
    }
}
