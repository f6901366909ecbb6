package dev.slipway.driver.postgres;

import dev.slipway.driver.PlannedStatement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The steps of a plan, which are put in order by the dependencies of both schemas: what an object
 * needs in the target is made before it, and what needs an object at the start is dropped, or
 * changed, before the object is dropped. Used once.
 */
final class PlanSteps {
  /** When a step comes if nothing else decides it. */
  enum Rank {
    FIRST,
    DROP,
    MAKE,
    SETTING,
    CONCURRENT,
    VALIDATE,
    CLEAN_UP,
    LAST
  }

  private final Map<String, Step> drops = new HashMap<>();
  private final Map<String, List<Step>> makers = new HashMap<>();
  private final Map<Step, String> followers = new HashMap<>();
  private final Set<String> rebuilt = new HashSet<>();
  private final List<Step> all = new ArrayList<>();

  private static final class Step {
    private final Rank rank;
    private final int number;
    private final List<PlannedStatement> statements;
    private final Set<Step> after = new LinkedHashSet<>();

    Step(Rank rank, int number, List<PlannedStatement> statements) {
      this.rank = rank;
      this.number = number;
      this.statements = List.copyOf(statements);
    }
  }

  /** Adds a step that drops an object. */
  void drop(String key, PlannedStatement... statements) {
    drops.put(key, add(Rank.DROP, List.of(statements)));
  }

  /** Adds a step that creates or changes an object, after the earlier ones for the object. */
  void make(String key, Rank rank, PlannedStatement... statements) {
    make(key, rank, List.of(statements));
  }

  /** The same with a list. */
  void make(String key, Rank rank, List<PlannedStatement> statements) {
    List<Step> steps = makers.computeIfAbsent(key, _ -> new ArrayList<>());
    Step step = add(rank, statements);
    if (!steps.isEmpty()) {
      step.after.add(steps.getLast());
    }
    steps.add(step);
  }

  /** Adds a step that puts another object in the place of one, under its name. */
  void rebuild(String key, List<PlannedStatement> statements) {
    drops.put(key, add(Rank.DROP, statements));
    rebuilt.add(key);
    make(key, Rank.MAKE);
  }

  /** Adds a step after the object and all that it needs, for which no other step waits. */
  void follow(String key, Rank rank, List<PlannedStatement> statements) {
    followers.put(add(rank, statements), key);
  }

  private Step add(Rank rank, List<PlannedStatement> statements) {
    Step step = new Step(rank, all.size(), statements);
    all.add(step);
    return step;
  }

  boolean drops(String key) {
    return drops.containsKey(key);
  }

  boolean makes(String key) {
    return makers.containsKey(key);
  }

  /** All statements, in an order in which they can run. */
  List<PlannedStatement> inOrder(SchemaGraph start, SchemaGraph target) {
    link(start, target);
    Comparator<Step> order =
        Comparator.<Step, Rank>comparing(step -> step.rank).thenComparingInt(step -> step.number);
    TreeSet<Step> waiting = new TreeSet<>(order);
    waiting.addAll(all);
    Set<Step> done = new HashSet<>();
    List<PlannedStatement> statements = new ArrayList<>();
    while (!waiting.isEmpty()) {
      Step next =
          waiting.stream()
              .filter(step -> done.containsAll(step.after))
              .findFirst()
              // Where dependencies form a circle, the first one anyway.
              .orElseGet(waiting::first);
      waiting.remove(next);
      done.add(next);
      statements.addAll(next.statements);
    }
    return statements;
  }

  private void link(SchemaGraph start, SchemaGraph target) {
    makers.forEach(
        (key, steps) -> {
          Optional.ofNullable(drops.get(key)).ifPresent(steps.getFirst().after::add);
          target.parent(key).ifPresent(parent -> linkMade(target, steps, parent));
        });
    target
        .needs()
        .forEach(
            (key, needs) -> {
              List<Step> steps = makersOfWhole(start, target, key);
              needs.stream()
                  // A sequence is given to its column after both exist.
                  .filter(need -> !need.equals(target.sequences().get(key)))
                  .forEach(need -> linkMade(target, steps, need));
            });
    followers.forEach(
        (step, key) -> {
          step.after.addAll(makersOf(target, key, List.of()));
          target.path(key).forEach(each -> step.after.addAll(makersOf(target, each, List.of())));
          needed(target, key).forEach(need -> step.after.addAll(makersOf(target, need, List.of())));
        });
    Stream.concat(start.objects().keySet().stream(), start.creates().keySet().stream())
        .distinct()
        .forEach(
            key -> {
              Optional<Step> drop = dropOf(start, key);
              List<Step> steps = drop.map(List::of).orElse(makers.getOrDefault(key, List.of()));
              needed(start, key)
                  .filter(need -> drop.isPresent() || !staysOn(target, key, need))
                  .forEach(
                      need -> {
                        Optional<Step> later = dropOf(start, need);
                        if (later.isPresent()) {
                          link(later.get(), steps);
                        } else if (drop.isPresent()) {
                          makers.getOrDefault(need, List.of()).forEach(maker -> link(maker, steps));
                        }
                      });
            });
  }

  /** Whether what replaces an object changes what needs it. */
  private boolean staysOn(SchemaGraph target, String key, String need) {
    return rebuilt.contains(need) && target.needs().getOrDefault(key, Set.of()).contains(need);
  }

  private void linkMade(SchemaGraph target, List<Step> steps, String need) {
    if (!steps.isEmpty()) {
      List<Step> before = new ArrayList<>(makersOf(target, need, steps));
      before.removeAll(steps);
      steps.getFirst().after.addAll(before);
    }
  }

  /** The steps that make an object; for a part of a new object, those that make the whole. */
  private List<Step> makersOfWhole(SchemaGraph start, SchemaGraph target, String key) {
    return target.path(key).stream()
        .filter(each -> each.equals(key) || !start.has(each) || drops.containsKey(each))
        .map(makers::get)
        .filter(steps -> steps != null)
        .findFirst()
        .orElse(makers.getOrDefault(key, List.of()));
  }

  private static void link(Step later, List<Step> steps) {
    steps.stream().filter(step -> step != later).forEach(later.after::add);
  }

  private static Stream<String> needed(SchemaGraph graph, String key) {
    return Stream.concat(
        graph.needs().getOrDefault(key, Set.of()).stream(), graph.parent(key).stream());
  }

  /** The steps that make an object, or else that which it is in; others than these, if possible. */
  private List<Step> makersOf(SchemaGraph target, String key, List<Step> without) {
    return target.path(key).stream()
        .map(each -> makers.getOrDefault(each, List.of()))
        .filter(steps -> !steps.isEmpty() && !without.containsAll(steps))
        .findFirst()
        .orElse(makers.getOrDefault(key, List.of()));
  }

  /** The step that drops an object, or that which it is in. */
  private Optional<Step> dropOf(SchemaGraph start, String key) {
    return Stream.concat(Stream.of(key), start.path(key).stream())
        .map(drops::get)
        .filter(step -> step != null)
        .findFirst();
  }
}
