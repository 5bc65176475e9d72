package io.sluice.http.files;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LocationOptions.FileOptions.IfModifiedSince;

/// What a request knows of an earlier response, compared with the one about to be sent: `If-Modified-Since` and its kin.
/// Immutable.
///
/// Asked for successful responses (200) only. A response that is not modified keeps its validators and loses its
/// `Content-Type`, `Content-Length` and `Accept-Ranges`; a failed precondition is an error without any of the file's
/// fields.
///
/// @param ifModifiedSince the field's value; null when the request has none, as with the others
public record Validators(
        @Nullable String ifModifiedSince,
        @Nullable String ifUnmodifiedSince,
        @Nullable String ifMatch,
        @Nullable String ifNoneMatch) {

    /// What becomes of a response.
    public enum Verdict {
        /// It is sent.
        SEND,
        /// 304.
        NOT_MODIFIED,
        /// 412.
        PRECONDITION_FAILED
    }

    /// The `ETag` of a file: `"modified-size"` in hexadecimal.
    ///
    /// @param modified seconds since 1970
    public static String entityTag(long modified, long size) {
        return "\"" + Long.toHexString(modified) + "-" + Long.toHexString(size) + "\"";
    }

    /// Compares.
    ///
    /// @param entityTag the response's, null when it has none
    /// @param modified the response's `Last-Modified`, or [HttpDate#UNKNOWN]
    public Verdict verdict(@Nullable String entityTag, long modified, IfModifiedSince mode) {
        if (ifUnmodifiedSince != null && !isUnmodified(ifUnmodifiedSince, modified)) {
            return Verdict.PRECONDITION_FAILED;
        }
        if (ifMatch != null && !matches(ifMatch, entityTag, false)) {
            return Verdict.PRECONDITION_FAILED;
        }
        if (ifModifiedSince == null && ifNoneMatch == null) {
            return Verdict.SEND;
        }
        // Of both, each must find the response unchanged: nginx does not let the tag overrule the date.
        if (ifModifiedSince != null && isModified(ifModifiedSince, modified, mode)) {
            return Verdict.SEND;
        }
        if (ifNoneMatch != null && !matches(ifNoneMatch, entityTag, true)) {
            return Verdict.SEND;
        }
        return Verdict.NOT_MODIFIED;
    }

    private static boolean isUnmodified(String since, long modified) {
        return modified != HttpDate.UNKNOWN && HttpDate.parse(since) >= modified;
    }

    private static boolean isModified(String since, long modified, IfModifiedSince mode) {
        if (modified == HttpDate.UNKNOWN) {
            return true;
        }
        return switch (mode) {
            case OFF -> true;
            case EXACT -> HttpDate.parse(since) != modified;
            case BEFORE -> HttpDate.parse(since) < modified;
        };
    }

    /// Whether a list of entity tags has this one.
    ///
    /// @param weak tags that differ in `W/` only are the same
    private static boolean matches(String list, @Nullable String entityTag, boolean weak) {
        if (list.equals("*")) {
            return true;
        }
        if (entityTag == null) {
            return false;
        }
        String wanted = weak ? strong(entityTag) : entityTag;
        int at = 0;
        while (at < list.length()) {
            if (weak && isWeak(list, at)) {
                at += 2;
            }
            if (list.startsWith(wanted, at)) {
                at = skip(list, at + wanted.length(), " \t");
                if (at == list.length() || list.charAt(at) == ',') {
                    return true;
                }
            }
            int comma = list.indexOf(',', at);
            at = comma < 0 ? list.length() : skip(list, comma, " \t,");
        }
        return false;
    }

    private static String strong(String tag) {
        return isWeak(tag, 0) ? tag.substring(2) : tag;
    }

    private static boolean isWeak(String tags, int at) {
        return tags.length() - at > 2 && tags.startsWith("W/", at);
    }

    private static int skip(String text, int from, String characters) {
        int at = from;
        while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }
}
