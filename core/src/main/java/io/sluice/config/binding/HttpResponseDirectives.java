package io.sluice.config.binding;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

import io.sluice.config.model.LocationOptions.AddedHeader;
import io.sluice.config.model.LocationOptions.ErrorPage;
import io.sluice.config.model.LocationOptions.Expires;
import io.sluice.config.model.LocationOptions.ResponseOptions;
import io.sluice.config.model.LocationOptions.ResponseOptions.ServerTokens;

import static io.sluice.config.binding.Arity.*;
import static io.sluice.config.binding.Context.*;
import static io.sluice.config.binding.DirectiveSpec.row;

/// The directives of http about the head of a response and what takes its place. Immutable.
final class HttpResponseDirectives {

    /// A client that has gone is told nothing.
    private static final int CLIENT_CLOSED = 499;

    private static final long SECONDS_OF_A_DAY = 24 * 3600;

    private static final Listing<AddedHeader> HEADERS = new Listing<>();

    private static final Listing<AddedHeader> TRAILERS = new Listing<>();

    private static final Listing<ErrorPage> ERROR_PAGES = new Listing<>();

    private static final Setting<Expires> EXPIRES = Setting.optional(ValueType.composed("time"));

    private static final Setting<Boolean> RECURSIVE = Setting.of(ValueType.FLAG, "off");

    private static final Setting<ServerTokens> SERVER_TOKENS = Setting.of(
            ValueType.oneOf(t -> t.name().toLowerCase(Locale.ROOT), List.of(ServerTokens.values())), "on");

    private static final Setting<Boolean> ABSOLUTE_REDIRECT = Setting.of(ValueType.FLAG, "on");

    private static final Setting<Boolean> PORT_IN_REDIRECT = Setting.of(ValueType.FLAG, "on");

    private static final Setting<Boolean> SERVER_NAME_IN_REDIRECT = Setting.of(ValueType.FLAG, "off");

    private static final Setting<Boolean> CHUNKED = Setting.of(ValueType.FLAG, "on");

    private static final Setting<Boolean> MSIE_PADDING = Setting.of(ValueType.FLAG, "on");

    static final List<DirectiveSpec> ROWS = List.of(
            row("add_header").in(HTTP, HTTP_SERVER, HTTP_LOCATION, HTTP_LOCATION_IF)
                    .takes(TWO_OR_THREE, "name value [always]").repeatable().by(d -> added(d, HEADERS))
                    .means("A field that is added to successful responses, or to all of them."),
            row("add_trailer").in(HTTP, HTTP_SERVER, HTTP_LOCATION, HTTP_LOCATION_IF).since("1.13.2")
                    .takes(TWO_OR_THREE, "name value [always]").repeatable().by(d -> added(d, TRAILERS))
                    .means("A field that is added behind the body, which goes in chunks then."),
            row("expires").in(HTTP, HTTP_SERVER, HTTP_LOCATION, HTTP_LOCATION_IF)
                    .takes(ONE_OR_TWO, "[modified] time | epoch | max | off").defaultsTo("off")
                    .by(HttpResponseDirectives::expires)
                    .means("Adds `Expires` and `Cache-Control`."),
            row("error_page").in(HTTP, HTTP_SERVER, HTTP_LOCATION, HTTP_LOCATION_IF)
                    .takes(TWO_OR_MORE, "code ... [=[response]] uri").repeatable().by(HttpResponseDirectives::errorPage)
                    .means("Where to go when a status would be answered."),
            row("recursive_error_pages").in(HTTP, HTTP_SERVER, HTTP_LOCATION).value(RECURSIVE)
                    .means("Whether `error_page` holds for errors while an error page is made."),
            row("server_tokens").in(HTTP, HTTP_SERVER, HTTP_LOCATION).value(SERVER_TOKENS)
                    .means("How much the field `Server` and error pages tell."),
            row("absolute_redirect").in(HTTP, HTTP_SERVER, HTTP_LOCATION).since("1.11.8").value(ABSOLUTE_REDIRECT)
                    .means("Whether redirects of the server itself have a host."),
            row("port_in_redirect").in(HTTP, HTTP_SERVER, HTTP_LOCATION).value(PORT_IN_REDIRECT)
                    .means("Whether they have the port."),
            row("server_name_in_redirect").in(HTTP, HTTP_SERVER, HTTP_LOCATION).value(SERVER_NAME_IN_REDIRECT)
                    .means("Whether their host is the first `server_name`, not that of the request."),
            row("chunked_transfer_encoding").in(HTTP, HTTP_SERVER, HTTP_LOCATION).value(CHUNKED)
                    .means("Whether bodies of unknown length are chunked; the connection's end is theirs otherwise."),
            row("msie_padding").in(HTTP, HTTP_SERVER, HTTP_LOCATION).value(MSIE_PADDING)
                    .means("Makes error pages long enough for old browsers to show them."));

    private HttpResponseDirectives() {}

    private static void added(Directive directive, Listing<AddedHeader> listing) {
        boolean always = directive.count() == 3;
        if (always && !"always".equals(directive.text(2))) {
            directive.invalidParameter(directive.argument(2));
            return;
        }
        directive.template(directive.argument(1)).ifPresent(value -> directive.scope().add(listing,
                new AddedHeader(directive.position(), directive.text(0), value, always)));
    }

    private static void expires(Directive directive) {
        boolean modified = directive.count() == 2;
        if (modified && !"modified".equals(directive.text(0))) {
            invalidExpires(directive, 0, "invalid value");
            return;
        }
        int last = directive.count() - 1;
        String text = directive.text(last);
        if (!text.startsWith("$")) {
            Optional<String> complaint = complaintAboutTime(text, modified);
            if (complaint.isPresent()) {
                invalidExpires(directive, last, complaint.get());
                return;
            }
        }
        directive.template(directive.argument(last)).ifPresent(value ->
                directive.scope().put(EXPIRES, new Expires(directive.position(), modified, value)));
    }

    private static void invalidExpires(Directive directive, int argument, String complaint) {
        directive.error("invalid-value", directive.argument(argument), "\"expires\" directive " + complaint);
    }

    private static Optional<String> complaintAboutTime(String text, boolean modified) {
        if (!modified && Set.of("epoch", "max", "off").contains(text)) {
            return Optional.empty();
        }
        boolean daily = text.startsWith("@");
        boolean negative = text.startsWith("-");
        if (daily && modified) {
            return Optional.of("daily time cannot be used with \"modified\" parameter");
        }
        boolean sign = daily || negative || text.startsWith("+");
        return TimeValue.SECONDS.parse(sign ? text.substring(1) : text)
                .map(time -> daily && time.toSeconds() > SECONDS_OF_A_DAY
                        ? Optional.of("daily time value must be less than 24 hours")
                        : Optional.<String>empty())
                .orElse(Optional.of("invalid value"));
    }

    private static void errorPage(Directive directive) {
        int last = directive.count() - 1;
        Fragment response = directive.argument(last - 1);
        boolean overwrites = response.text().startsWith("=");
        OptionalInt overwrite = OptionalInt.empty();
        if (overwrites) {
            Optional<Integer> status = response.text().length() == 1
                    ? Optional.of(0)
                    : ValueType.number(response.text().substring(1));
            if (status.isEmpty() || last == 1) {
                directive.error("invalid-value", response, "invalid value \"" + response.text() + "\"");
                return;
            }
            overwrite = OptionalInt.of(status.get());
        }
        Set<Integer> statuses = new HashSet<>();
        for (Fragment code : directive.argumentsFrom(0).subList(0, overwrites ? last - 1 : last)) {
            Optional<Integer> status = ValueType.number(code.text()).filter(n -> n != CLIENT_CLOSED);
            if (status.isEmpty()) {
                directive.error("invalid-value", code, "invalid value \"" + code.text() + "\"");
                return;
            }
            if (status.get() < 300 || status.get() > 599) {
                directive.error("invalid-value", code, "value \"" + code.text() + "\" must be between 300 and 599");
                return;
            }
            statuses.add(status.get());
        }
        OptionalInt answer = overwrite;
        directive.template(directive.argument(last)).ifPresent(uri -> directive.scope().add(ERROR_PAGES,
                new ErrorPage(directive.position(), statuses, answer, uri)));
    }

    /// What a location says, or has inherited, about responses.
    static ResponseOptions options(Scope location) {
        return new ResponseOptions(
                location.get(HEADERS),
                location.get(TRAILERS),
                location.find(EXPIRES),
                location.get(ERROR_PAGES),
                location.get(RECURSIVE),
                location.get(SERVER_TOKENS),
                location.get(ABSOLUTE_REDIRECT),
                location.get(PORT_IN_REDIRECT),
                location.get(SERVER_NAME_IN_REDIRECT),
                location.get(CHUNKED),
                location.get(MSIE_PADDING));
    }
}
