package org.simcse.plugins.mpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Two hosts on one machine: network namespaces with names of their own, joined by a cable. Needs
 * root and iproute2.
 */
final class TwoHosts implements AutoCloseable {
  /** The interface of each host that the cable is in. */
  static final String CABLE = "cable";

  private static final String NETWORK = "10.77.0.0/24";

  private final Path folder;
  private final List<String> namespaces;

  private TwoHosts(Path folder, List<String> namespaces) {
    this.folder = folder;
    this.namespaces = namespaces;
  }

  /** Creates the hosts, or skips the test where that is not allowed. */
  static TwoHosts create() throws IOException {
    assumeTrue(
        "root".equals(System.getProperty("user.name")),
        "Two hosts on one machine need root, and ip, unshare and nsenter");
    for (String command : List.of("ip", "unshare", "nsenter")) {
      assumeTrue(Mpirun.isInstalled(command), "There is no " + command);
    }
    Path folder = Files.createTempDirectory("hosts");
    String name = "simcse-" + ProcessHandle.current().pid();
    TwoHosts hosts = new TwoHosts(folder, List.of(name + "-1", name + "-2"));
    try {
      assumeTrue(
          execute("ip", "netns", "add", hosts.namespaces.get(0)) == 0,
          "Network namespaces are not allowed here");
      hosts.connect();
      return hosts;
    } catch (IOException | RuntimeException e) {
      hosts.close();
      throw e;
    }
  }

  private void connect() throws IOException {
    run("ip", "netns", "add", namespaces.get(1));
    String first = namespaces.get(0);
    String second = namespaces.get(1);
    run("ip", "link", "add", CABLE, "netns", first, "type", "veth", "peer", CABLE, "netns", second);
    StringBuilder agent = new StringBuilder("#!/bin/sh\nhost=$1; shift\ncase $host in\n");
    for (int i = 0; i < 2; i++) {
      String space = namespaces.get(i);
      String address = "10.77.0." + (i + 1);
      run("ip", "-n", space, "link", "set", "lo", "up");
      run("ip", "-n", space, "addr", "add", address + "/24", "dev", CABLE);
      run("ip", "-n", space, "link", "set", CABLE, "up");
      Path names = Files.createFile(folder.resolve("uts." + i));
      run("unshare", "--uts=" + names, "hostname", "host" + (i + 1));
      agent.append("%s) exec %s sh -c \"$*\";;\n".formatted(address, String.join(" ", enter(i))));
    }
    Files.writeString(folder.resolve("agent"), agent.append("esac\n"));
    Files.setPosixFilePermissions(
        folder.resolve("agent"), PosixFilePermissions.fromString("rwx------"));
  }

  private List<String> enter(int host) {
    return List.of(
        "nsenter",
        "--net=/run/netns/" + namespaces.get(host),
        "--uts=" + folder.resolve("uts." + host));
  }

  /** Limits what the cable carries from the first host to the second. */
  void limit(String rate) throws IOException {
    String host = namespaces.get(0);
    run(
        "tc", "-n", host, "qdisc", "add", "dev", CABLE, "root", "tbf", "rate", rate, "burst",
        "64kb", "latency", "50ms");
  }

  /** Returns the launcher of one rank on each host, with its options. */
  List<String> launcher() {
    List<String> words = new ArrayList<>(enter(0));
    words.addAll(List.of("mpirun", "--allow-run-as-root", "--bind-to", "none"));
    words.addAll(List.of("--host", "10.77.0.1:1,10.77.0.2:1"));
    set(words, "plm", "rsh");
    set(words, "plm_rsh_agent", folder.resolve("agent").toString());
    set(words, "pml", "ob1");
    set(words, "btl", "tcp,self");
    set(words, "btl_tcp_if_include", NETWORK);
    set(words, "oob_tcp_if_include", NETWORK);
    set(words, "mpi_yield_when_idle", "1");
    // A launcher notices that a host is cut off by the keep-alive of its connections.
    set(words, "oob_tcp_keepalive_time", "3");
    set(words, "oob_tcp_keepalive_intvl", "1");
    set(words, "oob_tcp_keepalive_probes", "3");
    return words;
  }

  private static void set(List<String> words, String parameter, String value) {
    words.addAll(List.of("--mca", parameter, value));
  }

  private static void run(String... words) throws IOException {
    assertThat(execute(words)).as(String.join(" ", words)).isZero();
  }

  private static int execute(String... words) throws IOException {
    Process process = new ProcessBuilder(words).inheritIO().start();
    return process.onExit().orTimeout(10, TimeUnit.SECONDS).join().exitValue();
  }

  @Override
  public void close() throws IOException {
    for (int i = 0; i < 2; i++) {
      execute("ip", "netns", "del", namespaces.get(i));
      execute("umount", folder.resolve("uts." + i).toString());
      Files.deleteIfExists(folder.resolve("uts." + i));
    }
    Files.deleteIfExists(folder.resolve("agent"));
    Files.delete(folder);
  }
}
