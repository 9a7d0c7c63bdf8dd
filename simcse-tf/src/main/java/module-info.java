/**
 * The backend {@code tensorflow}: programs become parts of one TensorFlow graph.
 *
 * @provides org.simcse.api.spi.BackendProvider the backend {@code tensorflow}, also called {@code
 *     tf}
 */
module org.simcse.tf {
  requires org.simcse.api;
  requires tensorflow;
  requires tensorflow.nativelib;
  requires org.tensorflow.ndarray;
  requires com.sun.jna;
  requires static org.jspecify;

  provides org.simcse.api.spi.BackendProvider with
      org.simcse.tf.TensorFlowBackendProvider;
}
