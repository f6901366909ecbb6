import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.ConstantPool;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * Makes a list of classes shorter: {@code java -cp THE-CLASSES TrimClassList NAMES LIST} prints what
 * LIST says of the classes in NAMES. Where it says that a class resolves others, only those in NAMES
 * stay, since the archive would have them all. Its own JVM has to be the one that the list is for.
 */
final class TrimClassList {
  private final Set<String> names;

  private TrimClassList(Set<String> names) {
    this.names = names;
  }

  static void main(String... files) throws IOException {
    var trim = new TrimClassList(
        Files.readAllLines(Path.of(files[0])).stream()
            .map(line -> line.split(" ")[0])
            .collect(Collectors.toSet()));
    for (String line : Files.readAllLines(Path.of(files[1]))) {
      String[] words = line.split(" ");
      if (words[0].equals("@cp")) {
        if (trim.names.contains(words[1])) {
          trim.printResolved(words);
        }
      } else if (line.startsWith("@") || trim.names.contains(words[0])) {
        System.out.println(line);
      }
    }
  }

  /** The places in a class's constants that name classes which stay; no line without any. */
  private void printResolved(String[] words) throws IOException {
    ConstantPool constants = constants(words[1]);
    var line = new StringJoiner(" ", words[0] + " " + words[1] + " ", "").setEmptyValue("");
    for (int i = 2; i < words.length; i++) {
      if (stays(constants.entryByIndex(Integer.parseInt(words[i])))) {
        line.add(words[i]);
      }
    }
    if (line.length() > 0) {
      System.out.println(line);
    }
  }

  private boolean stays(PoolEntry entry) {
    if (entry instanceof MemberRefEntry member) {
      return stays(member.owner());
    }
    if (!(entry instanceof ClassEntry named)) {
      return true;
    }
    String name = named.asInternalName().replaceFirst("^\\[+L(.*);$", "$1");
    return name.startsWith("[") || names.contains(name);
  }

  private static ConstantPool constants(String name) throws IOException {
    try (InputStream in = ClassLoader.getSystemResourceAsStream(name + ".class")) {
      return ClassFile.of().parse(in.readAllBytes()).constantPool();
    }
  }
}
