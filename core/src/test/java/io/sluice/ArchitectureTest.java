package io.sluice;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/// Holds the table of layers: an import goes to a strictly lower layer, packages of one layer do not see each other.
class ArchitectureTest {

    private static final String ROOT = "io.sluice.";

    // From the lowest to the highest; each package with everything below it.
    private static final List<Set<String>> LAYERS = List.of(
            Set.of("config.model", "time", "metrics", "transport"),
            Set.of("config.syntax", "session", "network"),
            Set.of("config.binding", "variable"),
            Set.of("tls", "log", "resolve"),
            Set.of("upstream", "route"),
            Set.of("stream"),
            Set.of("tcp", "udp"),
            Set.of("http"),
            Set.of("server"),
            Set.of("admin"),
            Set.of("app"));

    private static final String[] NETTY_USERS = {
        "io.sluice.transport..", "io.sluice.tls..", "io.sluice.resolve..", "io.sluice.upstream..", "io.sluice.stream..",
        "io.sluice.tcp..", "io.sluice.udp..", "io.sluice.http..", "io.sluice.server..", "io.sluice.admin..",
        "io.sluice.app.demo.."
    };

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.sluice");

    @Test
    void everyClassIsInALayer() {
        Set<String> homeless = CLASSES.stream()
                .filter(ArchitectureTest::isOurs)
                .filter(type -> layer(type) < 0)
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(homeless).isEmpty();
    }

    @Test
    void importsGoStrictlyDownwards() {
        Map<String, String> breaches = new TreeMap<>();
        for (JavaClass type : CLASSES) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (isOurs(target) && !samePackage(type, target) && layer(target) >= layer(type)) {
                    breaches.put(type.getName() + " -> " + target.getName(), dependency.getDescription());
                }
            }
        }
        assertThat(breaches).isEmpty();
    }

    @Test
    void onlyTheProgramSeesTheLanguage() {
        check(noClasses()
                .that().resideOutsideOfPackages("io.sluice.config.binding..", "io.sluice.config.syntax..", "io.sluice.app..")
                .should().dependOnClassesThat().resideInAPackage("io.sluice.config.syntax.."));
        check(noClasses()
                .that().resideOutsideOfPackages("io.sluice.config.binding..", "io.sluice.app..")
                .should().dependOnClassesThat().resideInAPackage("io.sluice.config.binding.."));
    }

    @Test
    void theModelIsPlainJava() {
        check(noClasses()
                .that().resideInAPackage("io.sluice.config.model..")
                .should().dependOnClassesThat(DescribedPredicate.not(
                        resideInAnyPackage("io.sluice.config.model..", "java..", "org.jspecify.annotations.."))));
    }

    @Test
    void nettyStaysWhereTheLoopsAre() {
        check(noClasses()
                .that().resideOutsideOfPackages(NETTY_USERS)
                .should().dependOnClassesThat().resideInAPackage("io.netty.."));
    }

    @Test
    void theTransportKnowsNoProxy() {
        check(noClasses()
                .that().resideInAPackage("io.sluice.transport..")
                .should().dependOnClassesThat(
                        resideInAPackage("io.sluice..").and(DescribedPredicate.not(resideInAPackage("io.sluice.transport..")))));
    }

    @Test
    void namesSayWhatAThingIs() {
        check(noClasses()
                .that().resideInAPackage("io.sluice..")
                .should().haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl)"));
    }

    @Test
    void everyPackageSaysWhatItIsAndIsNullMarked() {
        Set<String> unmarked = CLASSES.stream()
                .filter(ArchitectureTest::isOurs)
                .map(JavaClass::getPackage)
                .filter(p -> !p.isAnnotatedWith(NullMarked.class))
                .map(p -> p.getName())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(unmarked).isEmpty();
    }

    /// A sealed family whose members are spread over packages cannot be read in one place.
    @Test
    void sealedFamiliesStayInOnePackage() {
        Set<String> spread = CLASSES.stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.ABSTRACT) && isOurs(type))
                .filter(type -> permitted(type).anyMatch(member -> !member.getPackageName().equals(type.getPackageName())))
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(spread).isEmpty();
    }

    /// The rules see what they are meant to see: a test of nothing would pass too.
    @Test
    void theRulesHaveSomethingToHold() {
        assertThat(CLASSES.contain("io.sluice.time.TimerWheel")).isTrue();
        assertThat(CLASSES.contain("io.sluice.transport.linux.LinuxCalls")).isTrue();
        assertThat(layer(CLASSES.get("io.sluice.transport.linux.LinuxCalls"))).isZero();
        assertThat(layer(CLASSES.get("io.sluice.log.Logs"))).isEqualTo(3);
        assertThat(CLASSES.stream().filter(type -> type.getSimpleName().endsWith("Test"))).isEmpty();
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }

    private static Stream<Class<?>> permitted(JavaClass type) {
        return Arrays.stream(Objects.requireNonNullElse(type.reflect().getPermittedSubclasses(), new Class<?>[0]));
    }

    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().startsWith(ROOT);
    }

    private static boolean samePackage(JavaClass one, JavaClass other) {
        return home(one).equals(home(other));
    }

    /// The layer's entry that a class belongs to: `transport` for all of its packages.
    private static String home(JavaClass type) {
        String name = type.getPackageName().substring(ROOT.length());
        return LAYERS.stream()
                .flatMap(Set::stream)
                .filter(entry -> name.equals(entry) || name.startsWith(entry + "."))
                .findAny()
                .orElse("");
    }

    private static int layer(JavaClass type) {
        String home = home(type);
        for (int i = 0; i < LAYERS.size(); i++) {
            if (LAYERS.get(i).contains(home)) {
                return i;
            }
        }
        return -1;
    }
}
