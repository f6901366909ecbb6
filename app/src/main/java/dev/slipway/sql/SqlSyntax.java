package dev.slipway.sql;

import java.util.EnumSet;
import java.util.Set;

/**
 * The lexical rules in which databases differ. Each driver supplies its own. Immutable.
 *
 * @param features the constructs that the database reads
 * @param routineKinds the objects whose CREATE contains a body with BEGIN and END, in upper case
 */
public record SqlSyntax(Set<Feature> features, Set<String> routineKinds) {
  /** A construct that not every database has. */
  public enum Feature {
    /** Block comments contain block comments. */
    NESTED_COMMENTS,
    /** {@code #} starts a line comment. */
    HASH_COMMENTS,
    /** {@code --} starts a comment only before whitespace. */
    SPACED_LINE_COMMENTS,
    /** The server runs the contents of {@code /*!}. */
    EXECUTABLE_COMMENTS,
    /** A backslash escapes in every string. */
    BACKSLASH_ESCAPES,
    /** {@code SET sql_mode} changes how strings and names are quoted. */
    SQL_MODE,
    /** {@code SET standard_conforming_strings} changes whether a backslash escapes. */
    STANDARD_STRINGS,
    /** A backslash escapes in {@code E'…'}. */
    ESCAPE_STRINGS,
    /** {@code U&'…'} and {@code U&"…"} contain Unicode escapes. */
    UNICODE_ESCAPES,
    /** A word such as {@code _utf8mb4} before a string names its character set. */
    CHARSET_INTRODUCERS,
    /** {@code N'…'} is a string. */
    NATIONAL_STRINGS,
    /** Double quotes enclose a string, not a name. */
    DOUBLE_QUOTED_STRINGS,
    /** {@code $tag$…$tag$} is a string. */
    DOLLAR_QUOTES,
    /** {@code […]} is a name. */
    BRACKETED_NAMES,
    /** A name may start with a digit or a dollar sign. */
    DIGIT_NAMES,
    /** Parentheses may contain semicolons, as in CREATE RULE. */
    PARENTHESIZED_STATEMENTS,
    /** Of bodies, only BEGIN ATOMIC is part of the statement; others are strings. */
    ATOMIC_BODIES,
    /** The shell reads DELIMITER. */
    DELIMITER_COMMAND,
    /** The shell reads lines that start with a backslash. */
    BACKSLASH_COMMANDS,
    /** The shell reads lines that start with a dot. */
    DOT_COMMANDS,
    /** COPY … FROM STDIN is followed by rows. */
    COPY_FROM_STDIN,
    /** CREATE INDEX CONCURRENTLY. */
    CONCURRENT_INDEXES,
    /** LOCK TABLES lasts until UNLOCK TABLES. */
    LOCK_TABLES,
    /** XA and SET autocommit control transactions. */
    SESSION_TRANSACTIONS,
    /** SET can change the encoding that the server expects from the client. */
    CLIENT_ENCODING,
    /** {@code @name} is a variable. */
    USER_VARIABLES,
    /** A name in the body of a routine may be a variable. */
    ROUTINE_VARIABLES,
    /** {@code ||} concatenates strings. */
    CONCATENATION_OPERATOR,
    /** {@code ::} casts to a type. */
    CAST_OPERATOR,
    /** {@code if(condition, then, else)}. */
    IF_FUNCTION,
    /** {@code database()} and {@code schema()} return the current database. */
    DATABASE_FUNCTION,
    /** {@code quote_ident}, {@code quote_literal}, and {@code format} quote their arguments. */
    QUOTE_FUNCTIONS
  }

  public SqlSyntax {
    features = Set.copyOf(features);
    routineKinds = Set.copyOf(routineKinds);
  }

  /** The same rules with a construct, or without it. */
  SqlSyntax with(Feature feature, boolean present) {
    if (has(feature) == present) {
      return this;
    }
    Set<Feature> changed = EnumSet.copyOf(features);
    if (present) {
      changed.add(feature);
    } else {
      changed.remove(feature);
    }
    return new SqlSyntax(changed, routineKinds);
  }

  boolean has(Feature feature) {
    return features.contains(feature);
  }
}
