import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.LocalVariable;
import java.lang.classfile.instruction.LocalVariableType;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Takes the names of local variables out of the classes in some folders: a debugger alone reads
 * them, and they would be an eighth of the libraries. Line numbers stay, for stack traces.
 */
void main(String[] folders) throws IOException {
  List<URL> places = new ArrayList<>();
  for (String folder : folders) {
    places.add(Path.of(folder).toUri().toURL());
  }
  // Each class is rewritten, with the types that meet where its branches do; what is optional and
  // not there is taken for a plain class.
  var classes = new URLClassLoader(places.toArray(URL[]::new));
  ClassFile format = ClassFile.of(
      ClassFile.ConstantPoolSharingOption.NEW_POOL,
      ClassFile.ClassHierarchyResolverOption.of(
          ClassHierarchyResolver.ofResourceParsing(classes)
              .orElse(ClassHierarchyResolver.defaultResolver())
              .cached()));
  CodeTransform nameless = (code, each) -> {
    if (!(each instanceof LocalVariable || each instanceof LocalVariableType)) {
      code.with(each);
    }
  };
  for (String folder : folders) {
    try (Stream<Path> files = Files.walk(Path.of(folder))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        Files.write(
            file,
            format.transformClass(
                format.parse(file), ClassTransform.transformingMethodBodies(nameless)));
      }
    }
  }
}
