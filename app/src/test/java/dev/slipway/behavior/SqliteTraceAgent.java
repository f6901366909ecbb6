package dev.slipway.behavior;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.ProtectionDomain;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A Java agent inside of the recorded process that writes down every statement which the SQLite
 * driver hands to SQLite: there is no server, and so no wire, on which it could be seen. It knows
 * two methods of the driver and nothing of Slipway.
 */
public final class SqliteTraceAgent {
  private static final String DRIVER = "org/sqlite/core/NativeDB";
  private static final Set<String> METHODS = Set.of("prepare", "_exec");

  /** Between two statements: a text of SQL holds no NUL. */
  private static final String END = "\0";

  private static Path file;

  private SqliteTraceAgent() {}

  /** Called by the JVM; the argument names the file to write to. */
  public static void premain(String argument, Instrumentation instrumentation) {
    file = Path.of(argument);
    instrumentation.addTransformer(
        new ClassFileTransformer() {
          @Override
          public byte[] transform(
              ClassLoader loader,
              String name,
              Class<?> redefined,
              ProtectionDomain domain,
              byte[] bytes) {
            return DRIVER.equals(name) ? traced(bytes) : null;
          }
        });
  }

  /** Called by the driver from then on. */
  public static synchronized void statement(String sql) {
    try {
      Files.writeString(
          file,
          sql + END,
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] traced(byte[] bytes) {
    var call = ClassDesc.of(SqliteTraceAgent.class.getName());
    var type = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);
    // A transform has a state for each method: whether the call stands at its beginning already.
    var code =
        CodeTransform.ofStateful(
            () -> {
              var begun = new AtomicBoolean();
              return (builder, element) -> {
                if (begun.compareAndSet(false, true)) {
                  builder.aload(1).invokestatic(call, "statement", type);
                }
                builder.with(element);
              };
            });
    ClassFile file = ClassFile.of();
    return file.transformClass(
        file.parse(bytes), ClassTransform.transformingMethodBodies(SqliteTraceAgent::traced, code));
  }

  private static boolean traced(MethodModel method) {
    return METHODS.contains(method.methodName().stringValue())
        && method
            .methodTypeSymbol()
            .parameterList()
            .equals(java.util.List.of(ConstantDescs.CD_String));
  }
}
