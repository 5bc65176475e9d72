package io.sluice.transport.linux;

import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/// A user to become: numbers instead of names. Immutable.
///
/// @param groups supplementary groups of the user, the primary one included
public record Account(String user, int uid, int gid, List<Integer> groups) {

    // struct passwd and struct group of the 64-bit C libraries: name, password, then the numbers.
    private static final int PASSWD_UID = 16;
    private static final int PASSWD_GID = 20;
    private static final int GROUP_GID = 16;

    private static final int INITIAL_GROUPS = 64;
    private static final int MAX_GROUPS = 65_536;

    /// Checks nothing; see [#find].
    public Account {
        groups = List.copyOf(groups);
    }

    /// Looks a user up as the system's name service has it; without a group the user's own is taken.
    ///
    /// @throws NoSuchElementException in nginx's words: `getpwnam("x") failed`
    public static Account find(String user, Optional<String> group) {
        ProcessCalls calls = new ProcessCalls();
        long passwd = calls.passwd(user);
        if (missing(passwd)) {
            throw new NoSuchElementException("getpwnam(\"" + user + "\") failed" + reason(passwd));
        }
        int uid = NativeMemory.getInt(passwd + PASSWD_UID);
        int gid = NativeMemory.getInt(passwd + PASSWD_GID);
        if (group.isPresent()) {
            long entry = calls.group(group.get());
            if (missing(entry)) {
                throw new NoSuchElementException("getgrnam(\"" + group.get() + "\") failed" + reason(entry));
            }
            gid = NativeMemory.getInt(entry + GROUP_GID);
        }
        return new Account(user, uid, gid, groups(calls, user, gid));
    }

    private static List<Integer> groups(ProcessCalls calls, String user, int gid) {
        long name = NativeMemory.allocateForever(3L * user.length() + 1, 1);
        NativeMemory.putString(name, user);
        long count = NativeMemory.allocateForever(Integer.BYTES, Integer.BYTES);
        for (int capacity = INITIAL_GROUPS; capacity <= MAX_GROUPS; capacity *= 8) {
            long list = NativeMemory.allocateForever((long) capacity * Integer.BYTES, Integer.BYTES);
            NativeMemory.putInt(count, capacity);
            if (calls.groupList(name, gid, list, count) >= 0) {
                Integer[] groups = new Integer[NativeMemory.getInt(count)];
                Arrays.setAll(groups, i -> NativeMemory.getInt(list + (long) i * Integer.BYTES));
                return List.of(groups);
            }
        }
        throw new NoSuchElementException("the user \"" + user + "\" is in more than " + MAX_GROUPS + " groups");
    }

    /// Negated error numbers lie between -4095 and 0, addresses of the program never do.
    private static boolean missing(long entry) {
        return entry <= 0 && entry > -4096;
    }

    private static String reason(long entry) {
        return entry == 0 ? "" : " (" + Errno.describe((int) -entry) + ")";
    }
}
