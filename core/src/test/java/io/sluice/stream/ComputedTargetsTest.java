package io.sluice.stream;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.LogLevel;
import io.sluice.resolve.Answer;
import io.sluice.session.ErrorSink;
import io.sluice.upstream.Balancer;
import io.sluice.upstream.PeerStates;

import static org.assertj.core.api.Assertions.assertThat;

class ComputedTargetsTest {

    private final ComputedTargets targets = new ComputedTargets(new PeerStates(), new ErrorSink() {

        @Override
        public boolean admits(LogLevel level) {
            return false;
        }

        @Override
        public void log(LogLevel level, long connection, String message) {
            throw new AssertionError(message);
        }
    });

    @Test
    void noMoreThanSomeAddressesOfANameAreTried() {
        assertThat(targets.balancer("few.test:80", 80, answer(3)).group().peers()).hasSize(3);
        assertThat(targets.balancer("many.test:80", 80, answer(200)).group().peers()).hasSize(32);
    }

    @Test
    void theSameAddressesAreTheSameBalancer() {
        Balancer first = targets.balancer("many.test:80", 80, answer(200));
        assertThat(targets.balancer("many.test:80", 80, answer(200))).isSameAs(first);
        assertThat(targets.balancer("many.test:80", 80, answer(199))).isNotSameAs(first);
    }

    private static Answer answer(int addresses) {
        List<Answer.Found> found = IntStream.range(0, addresses)
                .mapToObj(i -> new Answer.Found(InetAddress.ofLiteral("127.0.1." + i), "", 0, 0, 1))
                .toList();
        return new Answer(null, found, System.nanoTime());
    }
}
