/** The gather {@code mpi}: ranks that are processes, joined by Open MPI or MPICH. */
module org.simcse.plugins.mpi {
  requires com.sun.jna;
  requires org.simcse.api;
  requires static org.jspecify;

  opens org.simcse.plugins.mpi to
      com.sun.jna;

  provides org.simcse.api.spi.GatherProvider with
      org.simcse.plugins.mpi.MpiGatherProvider;
}
