package io.sluice.upstream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.BalancingPolicy;

import static org.assertj.core.api.Assertions.assertThat;

class RoundRobinTest extends BalancerContract {

    @Override
    BalancingPolicy policy() {
        return new BalancingPolicy.RoundRobin();
    }

    @Override
    double tolerance() {
        return 0;
    }

    /// Which peers the next sessions get, as letters in the order of the configuration.
    static String letters(Balancer balancer, int sessions) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < sessions; i++) {
            Selection selection = session(balancer, i);
            letters.append(letter(balancer, take(selection, 0)));
            selection.release();
        }
        return letters.toString();
    }

    static char letter(Balancer balancer, Peer peer) {
        return (char) ('a' + balancer.group().peers().indexOf(peer));
    }

    @Test
    void rotatesSmoothly() {
        assertThat(letters(group().servers(5, 1, 1).build().balancerForWorker(), 14)).isEqualTo("aabacaaaabacaa");
        assertThat(letters(group().servers(1, 1, 1).build().balancerForWorker(), 7)).isEqualTo("abcabca");
        assertThat(letters(group().servers(3, 2).build().balancerForWorker(), 10)).isEqualTo("ababaababa");
    }

    @Test
    void everyFullTurnGivesEachPeerExactlyItsWeight() {
        Random random = new Random(20261122);
        for (int round = 0; round < 50; round++) {
            int[] weights = random.ints(1 + random.nextInt(8), 1, 20).toArray();
            int total = Arrays.stream(weights).sum();
            UpstreamGroup group = group().servers(weights).build();
            String turn = letters(group.balancerForWorker(), total);
            for (int i = 0; i < weights.length; i++) {
                char letter = (char) ('a' + i);
                assertThat(turn.chars().filter(c -> c == letter).count()).isEqualTo(weights[i]);
            }
        }
    }

    @Test
    void workersRotateOnTheirOwnUnlessTheGroupHasAZone() {
        UpstreamGroup own = group().equalServers(3).build();
        assertThat(letters(own.balancerForWorker(), 2) + letters(own.balancerForWorker(), 2)).isEqualTo("abab");
        UpstreamGroup shared = group().equalServers(3).zone().build();
        assertThat(letters(shared.balancerForWorker(), 2) + letters(shared.balancerForWorker(), 2)).isEqualTo("abca");
    }

    /// With max_fails=2 a failure takes half of a peer's weight 4 away; each turn gives one back.
    @Test
    void aFailureLowersThePeersWeightUntilItRecovers() {
        UpstreamGroup group = group().server(line -> line.weight(4).maxFails(2)).server(line -> line.weight(4).maxFails(2))
                .build();
        Balancer balancer = group.balancerForWorker();
        Selection selection = session(balancer, 1);
        assertThat(letter(balancer, take(selection, 0))).isEqualTo('a');
        selection.failed(0);
        assertThat(letters(balancer, 8)).isEqualTo(turnsByHand(8)).startsWith("bba");
    }

    /// The rule written out, from the credits after the first turn; a's weight goes 2, 3, 4.
    private static String turnsByHand(int turns) {
        long a = -4;
        long b = 4;
        long weightOfA = 2;
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < turns; i++) {
            a += weightOfA;
            b += 4;
            long given = weightOfA + 4;
            weightOfA = Math.min(4, weightOfA + 1);
            if (a >= b) {
                a -= given;
                letters.append('a');
            } else {
                b -= given;
                letters.append('b');
            }
        }
        return letters.toString();
    }

    @Test
    void backupsServeOnlyWhenNoPrimaryCan() {
        UpstreamGroup group = group().equalServers(2).server(line -> line.backup()).server(line -> line.backup().weight(2))
                .build();
        Balancer balancer = group.balancerForWorker();
        assertThat(letters(balancer, 6)).isEqualTo("ababab");

        Selection selection = session(balancer, 1);
        assertThat(selection.triesLeft()).isEqualTo(4);
        StringBuilder walk = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            walk.append(letter(balancer, take(selection, 0)));
            selection.failed(0);
        }
        assertThat(walk).hasToString("abdc");
        assertThat(selection.next(0)).isNull();
    }

    @Test
    void aPrimaryThatRecoversTakesOverFromTheBackups() {
        UpstreamGroup group = group().equalServers(1).server(line -> line.backup()).build();
        Balancer balancer = group.balancerForWorker();
        Peer primary = failOnce(balancer, 0);
        assertThat(primary.backup()).isFalse();
        assertThat(letters(balancer, 3)).isEqualTo("bbb");
        assertThat(chosenBy(balancer, 1, 11 * GroupFixture.SECOND)).containsExactly(primary);
    }

    @Test
    void aFullPrimarySendsSessionsToTheBackup() {
        UpstreamGroup group = group().server(line -> line.maxConnections(1)).server(line -> line.backup()).build();
        Balancer balancer = group.balancerForWorker();
        List<Character> chosen = new ArrayList<>();
        Selection first = session(balancer, 1);
        chosen.add(letter(balancer, take(first, 0)));
        chosen.add(letter(balancer, take(session(balancer, 2), 0)));
        first.release();
        chosen.add(letter(balancer, take(session(balancer, 3), 0)));
        assertThat(chosen).containsExactly('a', 'b', 'a');
    }
}
