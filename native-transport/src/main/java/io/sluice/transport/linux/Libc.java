package io.sluice.transport.linux;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;

/// Binds functions of the C library, all with one shape: six long arguments, a long result, errno captured. Immutable.
///
/// One shape means one piece of linking work for the whole program, which keeps start-up short. It is sound on the two
/// architectures we run on (System V x86-64, AAPCS64): integer and pointer arguments travel in the same registers
/// whatever their width, a callee ignores registers it has no parameter for, and variadic integers are passed like
/// named ones. A function that returns int leaves the upper half of the result undefined, so callers narrow it.
@SuppressWarnings("restricted") // what this class is for; the launcher grants native access
final class Libc {

    private static final Linker LINKER = Linker.nativeLinker();

    private static final SymbolLookup SYMBOLS = LINKER.defaultLookup();

    /// A handle of type `(MemorySegment function, MemorySegment errno, long, long, long, long, long, long) -> long`.
    static final MethodHandle SIX_LONGS = shape(6);

    private Libc() {}

    /// A handle of type `(MemorySegment errno, long, long, long, long, long, long) -> long`.
    ///
    /// @throws UnsatisfiedLinkError when the C library has no such function
    static MethodHandle bind(String function) {
        return MethodHandles.insertArguments(SIX_LONGS, 0, address(function));
    }

    /// As [#bind] with seven arguments: syscall(2) of a call that takes six. Linked when asked for, since few programs do.
    static MethodHandle bindSevenLongs(String function) {
        return MethodHandles.insertArguments(shape(7), 0, address(function));
    }

    private static MethodHandle shape(int arguments) {
        MemoryLayout[] longs = new MemoryLayout[arguments];
        Arrays.fill(longs, ValueLayout.JAVA_LONG);
        return LINKER.downcallHandle(
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, longs), Linker.Option.captureCallState("errno"));
    }

    /// Where a function is.
    ///
    /// @throws UnsatisfiedLinkError when the C library has no such function
    static MemorySegment address(String function) {
        return SYMBOLS.find(function)
                .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no function " + function));
    }

    /// Whether the C library has a function.
    static boolean has(String function) {
        return SYMBOLS.find(function).isPresent();
    }

    /// Memory that a captured errno is written to; it lives as long as the program, access to it needs no liveness check.
    static MemorySegment errnoSegment() {
        return java.lang.foreign.Arena.global().allocate(Linker.Option.captureStateLayout());
    }
}
