/**
 * The command {@code simcse}: picocli parses, names are resolved, Guice composes, the command runs.
 */
module org.simcse.cli {
  requires ch.qos.logback.classic;
  requires ch.qos.logback.core;
  requires com.fasterxml.jackson.databind;
  requires com.google.guice;
  requires info.picocli;
  requires java.desktop; // of xchart, which draws
  requires java.management;
  // Automatic modules do not pull in the explicit modules that they need.
  requires com.google.common;
  requires jakarta.inject;
  requires org.simcse.core;
  requires org.simcse.parquet;
  requires org.slf4j;
  requires me.tongfei.progressbar;
  requires org.jline.terminal;
  requires xchart;
  requires static org.jspecify;

  // picocli sets options, Guice calls constructors.
  opens org.simcse.cli to
      com.google.guice,
      info.picocli;

  provides ch.qos.logback.classic.spi.Configurator with
      org.simcse.cli.Logging;
}
