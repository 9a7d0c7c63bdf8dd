package org.simcse.tests.facade;

class ReferenceModelDirectoriesTest extends ModelDirectoriesContract {
  ReferenceModelDirectoriesTest() {
    super("reference");
  }
}
