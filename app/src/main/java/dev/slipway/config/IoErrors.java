package dev.slipway.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Describes failures of files: the message of an exception is often only the path. */
public final class IoErrors {
  private IoErrors() {}

  /** The reason, without the path. */
  public static String describe(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "it does not exist";
      case AccessDeniedException _ -> "permission denied";
      case NotDirectoryException _ -> "it is not a folder";
      case CharacterCodingException _ -> "it is not UTF-8";
      case FileSystemLoopException _ -> "its symbolic links form a loop";
      case FileAlreadyExistsException _ -> "it is a file, not a folder";
      case DirectoryNotEmptyException _ -> "it is not empty";
      case FileSystemException file when file.getReason() != null -> file.getReason();
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }
}
