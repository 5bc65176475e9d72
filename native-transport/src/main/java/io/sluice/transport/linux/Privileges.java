package io.sluice.transport.linux;

import java.io.IOException;
import java.util.List;

/// Gives root's power away, and what has to happen before. Used during start-up only.
///
/// The order matters: hand over files and listeners ([#giveFile], [#giveDescriptor]), then [#drop] from the one thread
/// that may have to bind a privileged port later. No thread should be started by that thread afterwards, because it
/// would inherit the capability.
///
///     Account account = Account.find("nobody", Optional.of("nogroup"));
///     Privileges.giveFile(log, account);
///     Privileges.drop(account, true);      // on the binder's thread
public final class Privileges {

    private static final int PR_SET_KEEPCAPS = 8;
    private static final int PR_SET_DUMPABLE = 4;

    private static final int CAP_VERSION_3 = 0x20080522;
    private static final int CAP_NET_BIND_SERVICE = 10;

    // struct __user_cap_data_struct[2]: effective, permitted, inheritable for capabilities 0-31, then for 32-63.
    private static final int CAP_HEADER_BYTES = 8;
    private static final int CAP_DATA_BYTES = 24;
    private static final int CAP_EFFECTIVE = 0;
    private static final int CAP_PERMITTED = 4;

    private Privileges() {}

    /// Whether the process acts as the super-user.
    public static boolean root() {
        return new ProcessCalls().effectiveUser() == 0;
    }

    /// Whether the calling thread may bind ports below 1024, whoever it is.
    public static boolean mayBindPrivilegedPorts() {
        long capabilities = new Capabilities(new ProcessCalls()).read();
        return (NativeMemory.getInt(capabilities + CAP_EFFECTIVE) & 1 << CAP_NET_BIND_SERVICE) != 0;
    }

    /// Hands a file over, so that it can be reopened after the drop.
    ///
    /// @throws IOException in nginx's words: `chown("x", 65534) failed (...)`
    public static void giveFile(String path, Account account) throws IOException {
        long memory = NativeMemory.allocateForever(3L * path.length() + 1, 1);
        NativeMemory.putString(memory, path);
        check(
                new ProcessCalls().chown(memory, account.uid(), -1),
                "chown(\"" + path + "\", " + unsigned(account.uid()) + ")");
    }

    /// Hands a descriptor over. The kernel lets a socket join a group of SO_REUSEPORT sockets only when its owner is that of the
    /// others, so a listener that was bound as root is handed over before the next one is bound as somebody else.
    ///
    /// @throws IOException when the kernel refuses
    public static void giveDescriptor(int fd, Account account) throws IOException {
        check(new ProcessCalls().fchown(fd, account.uid(), account.gid()), "fchown(" + fd + ")");
    }

    /// Becomes the account in every thread of the process, for good.
    ///
    /// @param keepBinding the calling thread, and no other, may bind ports below 1024 ever after
    /// @throws IOException in nginx's words: `setuid(65534) failed (1: Operation not permitted)`; the process may have
    ///     changed in part and has to end
    public static void drop(Account account, boolean keepBinding) throws IOException {
        ProcessCalls calls = new ProcessCalls();
        check(calls.setGroup(account.gid()), "setgid(" + unsigned(account.gid()) + ")");
        setGroups(calls, account);
        if (keepBinding) {
            check(calls.prctl(PR_SET_KEEPCAPS, 1), "prctl(PR_SET_KEEPCAPS, 1)");
        }
        check(calls.setUser(account.uid()), "setuid(" + unsigned(account.uid()) + ")");
        if (keepBinding) {
            check(new Capabilities(calls).reduceToBinding(), "capset()");
            check(calls.prctl(PR_SET_KEEPCAPS, 0), "prctl(PR_SET_KEEPCAPS, 0)");
        }
        // A process that changed its user is not dumpable, and its /proc files belong to root: neither its own reading of
        // /proc/self nor jcmd by the new user would work. There are no secrets in memory that the new user may not read.
        check(calls.prctl(PR_SET_DUMPABLE, 1), "prctl(PR_SET_DUMPABLE, 1)");
    }

    private static void setGroups(ProcessCalls calls, Account account) throws IOException {
        List<Integer> groups = account.groups();
        long list = NativeMemory.allocateForever((long) Math.max(1, groups.size()) * Integer.BYTES, Integer.BYTES);
        for (int i = 0; i < groups.size(); i++) {
            NativeMemory.putInt(list + (long) i * Integer.BYTES, groups.get(i));
        }
        check(
                calls.setGroups(list, groups.size()),
                "initgroups(" + account.user() + ", " + unsigned(account.gid()) + ")");
    }

    private static void check(int result, String call) throws IOException {
        if (result < 0) {
            throw new IOException(call + " failed (" + Errno.describe(-result) + ")");
        }
    }

    private static String unsigned(int id) {
        return Integer.toUnsignedString(id);
    }

    /// The calling thread's capabilities, capabilities(7). Confined to one thread: the thread that made it.
    private static final class Capabilities {

        private final ProcessCalls calls;
        private final long header = NativeMemory.allocateForever(CAP_HEADER_BYTES, Integer.BYTES);
        private final long data = NativeMemory.allocateForever(CAP_DATA_BYTES, Integer.BYTES);

        Capabilities(ProcessCalls calls) {
            this.calls = calls;
            NativeMemory.putInt(header, CAP_VERSION_3);
        }

        long read() {
            NativeMemory.clear(data, CAP_DATA_BYTES);
            calls.capget(header, data);
            return data;
        }

        int reduceToBinding() {
            NativeMemory.clear(data, CAP_DATA_BYTES);
            NativeMemory.putInt(data + CAP_EFFECTIVE, 1 << CAP_NET_BIND_SERVICE);
            NativeMemory.putInt(data + CAP_PERMITTED, 1 << CAP_NET_BIND_SERVICE);
            return calls.capset(header, data);
        }
    }
}
