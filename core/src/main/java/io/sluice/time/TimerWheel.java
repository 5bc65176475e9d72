package io.sluice.time;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/// The timers of one worker: a hierarchical wheel, seven levels of 64 slots, with a tick of 2^20 ns (about a millisecond).
///
/// A timer never fires before its deadline, and at the latest in the first [#advance] one tick after it. Timers of
/// different ticks fire in order of their deadlines. A slot of level `n` spans 64^n ticks; when the wheel gets to it, its
/// timers move down a level, so a timer is moved six times at most however far its deadline is (up to 146 years).
/// Nothing allocates after construction. Confined to its worker's event loop.
///
///     long wait = wheel.nanosUntilNext(clock.nanos());
///     poll(wait);
///     clock.update();
///     wheel.advance(clock.nanos());
public final class TimerWheel {

    /// How many timers one [#advance] fires at most, so that a burst of deadlines cannot starve the sockets.
    static final int MAX_FIRED_PER_TURN = 1024;

    private static final int TICK_SHIFT = 20;

    private static final int LEVEL_SHIFT = 6;

    private static final int SLOTS = 1 << LEVEL_SHIFT;

    private static final int LEVELS = 7;

    private static final long LAST_TICK = (1L << (LEVELS * LEVEL_SHIFT)) - 1;

    private final long originNanos;

    private final Slot[] slots = new Slot[LEVELS * SLOTS];

    // For each level a bit for every slot that is not empty. A timer's level is that of the highest digit (base 64) in
    // which its tick differs from the wheel's, so on each level only slots ahead of the wheel's own digit are occupied,
    // and every timer of a level is due before any of the next level: the next slot is the lowest bit of the lowest level.
    private final long[] occupied = new long[LEVELS];

    // Due, and not fired yet.
    private final Slot due = new Slot(LEVELS, 0);

    private long tick;

    private int size;

    /// An empty wheel.
    ///
    /// @param nowNanos the monotonic clock's reading; deadlines and later readings are compared with it
    public TimerWheel(long nowNanos) {
        originNanos = nowNanos;
        for (int i = 0; i < slots.length; i++) {
            slots[i] = new Slot(i >> LEVEL_SHIFT, i & (SLOTS - 1));
        }
    }

    /// Sets a timer, or sets it anew when it is already scheduled.
    ///
    /// A deadline that has passed fires at the next tick, never from within this call.
    public void schedule(Timer timer, long deadlineNanos) {
        cancel(timer);
        timer.deadlineNanos = deadlineNanos;
        size++;
        place(timer, Math.max(tickOfDeadline(deadlineNanos), tick + 1));
    }

    /// Forgets a timer; does nothing when it is not scheduled.
    public void cancel(Timer timer) {
        if (timer.isScheduled()) {
            unlink(timer);
        }
    }

    /// Fires the timers whose deadline has passed, 1024 at most; the rest are left for the next turn.
    ///
    /// Timers may schedule and cancel any timer, themselves included, while they fire. One that throws is told
    /// ([Timer#onFault]); when that throws too, the others that are due fire at the next call.
    ///
    /// @param nowNanos the reading of this turn
    /// @return how many fired
    public int advance(long nowNanos) {
        long target = (nowNanos - originNanos) >> TICK_SHIFT;
        if (target > tick) {
            collectDue(target);
        }
        int fired = 0;
        while (fired < MAX_FIRED_PER_TURN && !due.isEmpty()) {
            Timer timer = due.first();
            unlink(timer);
            fired++;
            try {
                timer.onTimer(nowNanos);
            } catch (Throwable fault) {
                timer.onFault(fault);
            }
        }
        return fired;
    }

    /// How long the loop may wait before [#advance] has something to do; `Long.MAX_VALUE` when no timer is scheduled.
    ///
    /// For a far deadline it may be short of it: the wheel has to move the timer to a finer level on the way.
    public long nanosUntilNext(long nowNanos) {
        if (!due.isEmpty()) {
            return 0;
        }
        int level = lowestOccupiedLevel();
        if (level == LEVELS) {
            return Long.MAX_VALUE;
        }
        long firstTick = firstTickOf(level, Long.numberOfTrailingZeros(occupied[level]));
        return Math.max(0, (firstTick << TICK_SHIFT) - (nowNanos - originNanos));
    }

    /// How many timers are scheduled.
    public int size() {
        return size;
    }

    /// Moves the wheel to `target`, and what is due on the way to the due list, slot by slot in order of time.
    private void collectDue(long target) {
        for (int level = lowestOccupiedLevel(); level < LEVELS; level = lowestOccupiedLevel()) {
            int index = Long.numberOfTrailingZeros(occupied[level]);
            long firstTick = firstTickOf(level, index);
            if (firstTick > target) {
                break;
            }
            tick = firstTick;
            Slot slot = slots[(level << LEVEL_SHIFT) + index];
            occupied[level] &= ~(1L << index);
            if (level == 0) {
                due.takeAll(slot);
            } else {
                moveDown(slot);
            }
        }
        tick = target;
    }

    private void moveDown(Slot slot) {
        while (!slot.isEmpty()) {
            Timer timer = slot.first();
            Slot.removeFromItsSlot(timer);
            place(timer, Math.max(tickOfDeadline(timer.deadlineNanos), tick));
        }
    }

    private void place(Timer timer, long timerTick) {
        long difference = (timerTick ^ tick) | (SLOTS - 1);
        int level = (63 - Long.numberOfLeadingZeros(difference)) / LEVEL_SHIFT;
        int index = (int) (timerTick >>> (level * LEVEL_SHIFT)) & (SLOTS - 1);
        slots[(level << LEVEL_SHIFT) + index].append(timer);
        occupied[level] |= 1L << index;
    }

    private void unlink(Timer timer) {
        Slot emptied = Slot.removeFromItsSlot(timer);
        if (emptied != null && emptied.level < LEVELS) {
            occupied[emptied.level] &= ~(1L << emptied.index);
        }
        size--;
    }

    /// The first tick that is not before the deadline.
    private long tickOfDeadline(long deadlineNanos) {
        long ticks = ((deadlineNanos - originNanos - 1) >> TICK_SHIFT) + 1;
        return Math.min(ticks, LAST_TICK);
    }

    private int lowestOccupiedLevel() {
        int level = 0;
        while (level < LEVELS && occupied[level] == 0) {
            level++;
        }
        return level;
    }

    /// The tick at which a slot ahead of the wheel begins: the wheel's higher digits, the slot's own, zeros below.
    private long firstTickOf(int level, int index) {
        int shift = level * LEVEL_SHIFT;
        long higherDigits = (tick >>> shift) & -SLOTS;
        return (higherDigits | index) << shift;
    }

    /// The head of a circular list of timers, itself a link of it. Confined to its worker's event loop.
    private static final class Slot extends Timer {

        private final int level;

        private final int index;

        Slot(int level, int index) {
            this.level = level;
            this.index = index;
            previousTimer = this;
            nextTimer = this;
        }

        boolean isEmpty() {
            return nextTimer == this;
        }

        Timer first() {
            return next(this);
        }

        void append(Timer timer) {
            Timer last = previous(this);
            timer.previousTimer = last;
            timer.nextTimer = this;
            last.nextTimer = timer;
            previousTimer = timer;
        }

        /// Takes a timer out of whichever slot it is in; returns that slot when it is empty now, otherwise null.
        static @Nullable Slot removeFromItsSlot(Timer timer) {
            Timer before = previous(timer);
            Timer after = next(timer);
            before.nextTimer = after;
            after.previousTimer = before;
            timer.previousTimer = null;
            timer.nextTimer = null;
            return before == after ? (Slot) before : null;
        }

        /// Moves all timers of `other` to the end of this list, in constant time.
        void takeAll(Slot other) {
            if (other.isEmpty()) {
                return;
            }
            Timer last = previous(this);
            Timer first = next(other);
            Timer end = previous(other);
            last.nextTimer = first;
            first.previousTimer = last;
            end.nextTimer = this;
            previousTimer = end;
            other.nextTimer = other;
            other.previousTimer = other;
        }

        @Override
        protected void onTimer(long nowNanos) {
            throw new AssertionError("a slot is never due");
        }

        private static Timer next(Timer timer) {
            return Objects.requireNonNull(timer.nextTimer);
        }

        private static Timer previous(Timer timer) {
            return Objects.requireNonNull(timer.previousTimer);
        }
    }
}
