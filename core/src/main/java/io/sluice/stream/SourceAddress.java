package io.sluice.stream;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.config.model.LogLevel;
import io.sluice.resolve.AddressText;
import io.sluice.upstream.Connector;
import io.sluice.variable.Template;

/// `proxy_bind`, compiled. Immutable.
record SourceAddress(Template address, boolean transparent) {

    /// The source for a session; null when the text is empty, or is no address (which is logged, as nginx does).
    Connector.@Nullable Source evaluate(StreamSession session) {
        String text = address.evaluate(session);
        if (text.isEmpty()) {
            return null;
        }
        Optional<Address.Ip> parsed = AddressText.parseSource(text);
        if (parsed.isEmpty()) {
            session.server()
                    .errors()
                    .log(LogLevel.ERROR, session.number(), "invalid local address \"" + text + "\"");
            return null;
        }
        return new Connector.Source(parsed.get(), transparent);
    }
}
