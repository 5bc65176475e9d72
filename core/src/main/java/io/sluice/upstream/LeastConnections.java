package io.sluice.upstream;

import org.jspecify.annotations.Nullable;

/// The peer with the fewest sessions in proportion to its weight; equals take turns. Confined to its worker's event loop.
final class LeastConnections extends Balancer {

    // Sessions of each peer as seen at this choice, NOT_ELIGIBLE for those that cannot be had: other workers change the
    // counts meanwhile, and a choice must be made on one picture.
    private final int[] primaryLoad;

    private final int @Nullable [] backupLoad;

    private static final int NOT_ELIGIBLE = -1;

    LeastConnections(UpstreamGroup group) {
        super(group);
        this.primaryLoad = new int[group.primaries().size()];
        Tier backups = group.backups();
        this.backupLoad = backups == null ? null : new int[backups.size()];
    }

    @Override
    boolean choose(Selection selection, long nowNanos) {
        if (!selection.onBackups() && chooseFrom(selection, primaryLoad, nowNanos)) {
            return true;
        }
        int[] second = backupLoad;
        return second != null
                && (selection.onBackups() || selection.turnToBackups())
                && chooseFrom(selection, second, nowNanos);
    }

    private boolean chooseFrom(Selection selection, int[] load, long nowNanos) {
        Rotation rotation = rotation(selection.onBackups());
        while (true) {
            int best = Selection.NONE;
            boolean several = false;
            for (int i = 0; i < load.length; i++) {
                load[i] = selection.mayTry(i, nowNanos) ? selection.peerAt(i).activeConnections() : NOT_ELIGIBLE;
                if (load[i] == NOT_ELIGIBLE) {
                    continue;
                }
                int order = best == Selection.NONE ? -1 : rotation.compareLoad(load, i, best);
                if (order < 0) {
                    best = i;
                    several = false;
                } else if (order == 0) {
                    several = true;
                }
            }
            if (best == Selection.NONE) {
                return false;
            }
            if (selection.claim(several ? rotation.nextOfEqualLoad(best, load) : best, nowNanos)) {
                return true;
            }
        }
    }
}
