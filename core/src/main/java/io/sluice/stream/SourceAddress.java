package io.sluice.stream;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.config.model.LogLevel;
import io.sluice.resolve.AddressText;
import io.sluice.session.ErrorSink;
import io.sluice.upstream.Connector;
import io.sluice.variable.Template;
import io.sluice.variable.VariableSource;

/// `proxy_bind`, compiled. Immutable.
public record SourceAddress(Template address, boolean transparent) {

    /// The source for a session; null when the text is empty, or is no address (which is logged, as nginx does).
    ///
    /// @param connection the session's number, for the log
    public Connector.@Nullable Source evaluate(VariableSource session, ErrorSink errors, long connection) {
        String text = address.evaluate(session);
        if (text.isEmpty()) {
            return null;
        }
        Optional<Address.Ip> parsed = AddressText.parseSource(text);
        if (parsed.isEmpty()) {
            errors.log(LogLevel.ERROR, connection, "invalid local address \"" + text + "\"");
            return null;
        }
        return new Connector.Source(parsed.get(), transparent);
    }
}
