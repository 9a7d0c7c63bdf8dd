package org.simcse.tests;

/** {@code reference} computes as the original implementation does, in double precision. */
class ReferenceConformanceTest extends BackendSuite {
  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.reference();
  }
}
