package io.sluice.config.binding;

import java.util.List;
import java.util.stream.Stream;

import static io.sluice.config.binding.Context.*;

/// Names of directives that belong into `mail {}`, so that one that strayed into another block is told where it belongs. The
/// block itself is skipped. Immutable.
final class MailDirectives {

    static final List<DirectiveSpec> ROWS = Stream.of(
                    "auth_http", "imap_capabilities", "pop3_auth", "protocol", "smtp_auth", "starttls", "xclient")
            .map(name -> DirectiveSpec.row(name).in(MAIL, MAIL_SERVER).notYet(""))
            .toList();

    private MailDirectives() {}
}
