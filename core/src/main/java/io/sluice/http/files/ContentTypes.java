package io.sluice.http.files;

import java.util.Locale;
import java.util.Map;

/// Tells a file's content type by its extension: `types` and `default_type`. Immutable.
public final class ContentTypes {

    private final Map<String, String> typeByExtension;

    private final String defaultType;

    /// @param typeByExtension extensions in lower case
    /// @param defaultType for all others; may be empty: no `Content-Type` is sent
    public ContentTypes(Map<String, String> typeByExtension, String defaultType) {
        this.typeByExtension = Map.copyOf(typeByExtension);
        this.defaultType = defaultType;
    }

    /// The type of what a URI means.
    public String of(String uri) {
        String extension = extension(uri);
        if (extension.isEmpty()) {
            return defaultType;
        }
        String type = typeByExtension.get(extension);
        if (type == null) {
            type = typeByExtension.getOrDefault(extension.toLowerCase(Locale.ROOT), defaultType);
        }
        return type;
    }

    /// What stands behind the last dot of the last segment, unless the dot is its first character; empty: nothing.
    private static String extension(String uri) {
        int dot = uri.lastIndexOf('.');
        boolean inLastSegment = dot > 1 && uri.indexOf('/', dot) < 0 && uri.charAt(dot - 1) != '/';
        return inLastSegment ? uri.substring(dot + 1) : "";
    }
}
