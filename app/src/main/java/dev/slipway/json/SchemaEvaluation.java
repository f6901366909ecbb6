package dev.slipway.json;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.annotation.Annotations;
import com.networknt.schema.keyword.KeywordValidator;
import com.networknt.schema.keyword.RefValidator;
import com.networknt.schema.path.NodePath;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The evaluation of one value: its budget, the evaluation paths that failed, and the results of
 * references. Evaluation paths are compared by identity, as the library creates one object for each
 * keyword that it enters. Not thread-safe.
 */
final class SchemaEvaluation extends ExecutionContext {
  /** The evaluation of this thread, for the regular expressions, which get no context. */
  static final ScopedValue<SchemaEvaluation> CURRENT = ScopedValue.newInstance();

  /** More errors of one reference are not repeated when its result is reused. */
  private static final int REUSED_ERRORS_MAX = 100;

  /** An error is an object with a message: many of them fill the memory before the budget ends. */
  private static final int STEPS_OF_ERROR = 10;

  private final EvaluationBudget budget;
  private final boolean reusesResults;

  /** Not among the library's annotations, whose number slows it down. */
  private final List<Candidate> candidates = new ArrayList<>();

  private final Set<NodePath> failed = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Reference, Result> results = new HashMap<>();
  private final IdentityHashMap<NodePath, List<NodePath>> reuses = new IdentityHashMap<>();

  /**
   * An evaluation.
   *
   * @param reusesResults whether a schema's result for a value does not depend on where the schema
   *     is applied from
   */
  SchemaEvaluation(ExecutionConfig config, EvaluationBudget budget, boolean reusesResults) {
    super(config);
    this.budget = budget;
    this.reusesResults = reusesResults;
  }

  /**
   * An annotation, which counts if the schema applies.
   *
   * @param schema the evaluation path of the schema
   */
  record Candidate(NodePath schema, NodePath location, JsonNode value, SchemaLocation keyword) {}

  /** A schema that a reference leads to, and the value that it is applied to. */
  private record Reference(Schema schema, NodePath location, JsonNode value) {
    // Equal schemas at two places, or equal values, are different references.
    @SuppressWarnings("ReferenceEquality")
    @Override
    public boolean equals(Object other) {
      return other instanceof Reference that
          && schema == that.schema
          // A property's name has the location of the property's value.
          && value == that.value
          && location.equals(that.location);
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(schema) + location.hashCode();
    }
  }

  /** The result of a reference that was evaluated at a path. */
  private record Result(NodePath path, List<Error> errors) {}

  void charge(int steps) {
    budget.charge(steps);
  }

  @Override
  public void addError(Error error) {
    charge(STEPS_OF_ERROR);
    super.addError(error);
  }

  /**
   * Evaluates a keyword.
   *
   * @param applies whether annotations below the keyword count for the value
   */
  void evaluate(
      KeywordValidator keyword, boolean applies, JsonNode value, JsonNode root, NodePath location) {
    chargeScans(location);
    NodePath path = getEvaluationPath();
    int errorsBefore = getErrors().size();
    if (reusesResults && keyword instanceof RefValidator reference) {
      follow(reference, path, value, root, location);
    } else {
      keyword.validate(this, value, root, location);
    }
    if (!applies) {
      failed.add(path);
    }
    if (getErrors().size() > errorsBefore) {
      failed.add(path.getParent());
      charge(annotationsAt(location) / 8);
    }
  }

  /**
   * Evaluates a reference, once for each value: a schema that refers to itself in two branches
   * would otherwise double the work with every level of the value.
   */
  private void follow(
      RefValidator keyword, NodePath path, JsonNode value, JsonNode root, NodePath location) {
    var reference = new Reference(keyword.getSchemaRef().getSchema(), location, value);
    Result known = results.get(reference);
    if (known != null) {
      charge(known.errors.size());
      getErrors().addAll(known.errors);
      reuses.computeIfAbsent(known.path, _ -> new ArrayList<>()).add(path);
      return;
    }
    int before = getErrors().size();
    keyword.validate(this, value, root, location);
    List<Error> errors = getErrors();
    int after = Math.min(errors.size(), before + REUSED_ERRORS_MAX);
    results.put(reference, new Result(path, List.copyOf(errors.subList(before, after))));
  }

  /** Records an annotation of the schema that is being evaluated. */
  void annotate(KeywordValidator keyword, JsonNode value, NodePath location) {
    charge(1);
    NodePath schema = getEvaluationPath().getParent();
    candidates.add(new Candidate(schema, location, value, keyword.getSchemaLocation()));
  }

  /** Charges the library's searches of everything that was evaluated for the same value. */
  private void chargeScans(NodePath location) {
    if (isUnevaluatedPropertiesPresent() || isUnevaluatedItemsPresent()) {
      charge((getEvaluationSchema().size() + annotationsAt(location)) / 2);
    }
  }

  private int annotationsAt(NodePath location) {
    return getAnnotations().asMap().getOrDefault(location, List.of()).size();
  }

  @Override
  public Annotations getAnnotations() {
    if (isEvaluationAborted()) {
      throw getEvaluationAbort();
    }
    return super.getAnnotations();
  }

  /**
   * The annotations of schemas that apply: not of a schema that failed in a branch of a valid
   * value, nor below a keyword that only tests the value.
   */
  List<Candidate> annotations() {
    var known = new IdentityHashMap<NodePath, Boolean>();
    return candidates.stream().filter(each -> applies(each.schema(), known)).toList();
  }

  /**
   * Whether nothing failed on a path from a schema to the root: through the enclosing schema, or,
   * for a reused result, through any of its uses.
   */
  private boolean applies(NodePath schema, Map<NodePath, Boolean> known) {
    var open = new ArrayDeque<NodePath>();
    open.push(schema);
    // No cycle: a result is reused only after its evaluation has ended.
    while (!known.containsKey(schema)) {
      NodePath path = open.peek();
      NodePath around = path.getParent();
      if (failed.contains(path)) {
        known.put(path, false);
      } else if (around == null || known.getOrDefault(around, false)) {
        known.put(path, true);
      } else if (!known.containsKey(around)) {
        open.push(around);
      } else {
        NodePath unknown = null;
        boolean applies = false;
        for (NodePath use : reuses.getOrDefault(path, List.of())) {
          Boolean before = known.get(use);
          applies |= Boolean.TRUE.equals(before);
          unknown = before == null ? use : unknown;
        }
        if (applies || unknown == null) {
          known.put(path, applies);
        } else {
          open.push(unknown);
        }
      }
      if (known.containsKey(open.peek())) {
        open.pop();
      }
    }
    return known.get(schema);
  }
}
