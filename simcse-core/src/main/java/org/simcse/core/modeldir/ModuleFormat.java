package org.simcse.core.modeldir;

/**
 * How the files of sentence-transformers are written: {@code modules.json}, the folders that it
 * lists, and {@code sentence_bert_config.json}.
 *
 * @since 0.1.0
 */
public enum ModuleFormat {
  /** Not at all: the directory is one of transformers alone. */
  NONE,
  /**
   * As releases before 5.4 write them and every release reads them, unless a module needs a newer
   * one.
   */
  LEGACY,
  /** As release 6 writes them. */
  CURRENT
}
