package org.simcse.api.spi;

import java.net.URI;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.DistributedGather;
import org.simcse.api.Encoder;
import org.simcse.api.Pooler;
import org.simcse.api.error.DuplicateProviderException;
import org.simcse.api.error.PluginException;
import org.simcse.api.error.UnknownProviderException;

/**
 * The providers of one kind, found by {@link ServiceLoader} and selected by name.
 *
 * <p>They are located with the class loader of this class, with the thread's context class loader,
 * and in the module layers of plugins.
 *
 * <p>There is no default and no ranking: a name is given or the lookup fails. Immutable and
 * thread-safe.
 *
 * @param <P> the kind of provider
 * @since 0.1.0
 */
public final class Providers<P extends Provider> {
  private static final System.Logger LOG = System.getLogger(Providers.class.getName());

  private final String kind;
  private final Map<String, P> byName;

  private Providers(String kind, Map<String, P> byName) {
    this.kind = kind;
    this.byName = byName;
  }

  /** Returns the backends. */
  public static Providers<BackendProvider> backends(Collection<ModuleLayer> plugins) {
    return of("backend", plugins, BackendProvider.class);
  }

  /**
   * Returns the backend that a user chose, optionally with options, as in {@code mine:streams=2};
   * it creates backends as {@link #create} does.
   *
   * @throws UnknownProviderException naming the available providers and their jars
   */
  public static BackendProvider backend(String nameAndOptions, Collection<ModuleLayer> plugins) {
    ChosenBackend chosen = new ChosenBackend(backends(plugins), Options.parse(nameAndOptions));
    chosen.backends().get(chosen.options().provider());
    return chosen;
  }

  /** Returns the encoders. */
  public static Providers<EncoderProvider> encoders(Collection<ModuleLayer> plugins) {
    return of("encoder", plugins, EncoderProvider.class);
  }

  /** Returns the poolers. */
  public static Providers<PoolerProvider> poolers(Collection<ModuleLayer> plugins) {
    return of("pooler", plugins, PoolerProvider.class);
  }

  /** Returns the contrastive heads. */
  public static Providers<HeadProvider> heads(Collection<ModuleLayer> plugins) {
    return of("head", plugins, HeadProvider.class);
  }

  /** Returns the gathers. */
  public static Providers<GatherProvider> gathers(Collection<ModuleLayer> plugins) {
    return of("gather", plugins, GatherProvider.class);
  }

  /** Returns the exporters. */
  public static Providers<ExporterProvider> exporters(Collection<ModuleLayer> plugins) {
    return of("exporter", plugins, ExporterProvider.class);
  }

  /**
   * Returns the given providers; for tests and for programs that create their own.
   *
   * @param kind the kind of provider in messages
   * @throws DuplicateProviderException if two have the same name
   */
  public static <P extends Provider> Providers<P> of(
      String kind, Collection<? extends P> providers) {
    Map<String, P> byName = new TreeMap<>();
    for (P provider : providers) {
      List<String> names = new ArrayList<>(List.of(provider.name()));
      names.addAll(provider.aliases());
      for (String name : names) {
        if (!name.matches("[a-z][a-z0-9_@-]*")) {
          throw new PluginException(
              "The %s in %s has the name '%s'; a name has lower-case letters, digits, '_', '-' and '@'."
                  .formatted(kind, source(provider), name));
        }
        P other = byName.putIfAbsent(name, provider);
        if (other != null) {
          throw new DuplicateProviderException(kind, name, source(other), source(provider));
        }
      }
    }
    return new Providers<>(kind, byName);
  }

  private static <P extends Provider> Providers<P> of(
      String kind, Collection<ModuleLayer> plugins, Class<P> type) {
    Map<Class<?>, P> found = new LinkedHashMap<>();
    ClassLoader own = Providers.class.getClassLoader();
    load(kind, "the application", ServiceLoader.load(type, own), found);
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    if (context != null && context != own && sees(context, type)) {
      load(kind, "the thread's context class loader", ServiceLoader.load(type, context), found);
    }
    for (ModuleLayer layer : plugins) {
      load(kind, jars(layer), ServiceLoader.load(layer, type), found);
    }
    found
        .values()
        .forEach(
            provider ->
                LOG.log(
                    System.Logger.Level.DEBUG,
                    "Found the {0} {1} in {2}.",
                    kind,
                    provider.name(),
                    source(provider)));
    return of(kind, found.values());
  }

  /** Returns whether a loader's providers implement this interface, and not another copy of it. */
  private static boolean sees(ClassLoader loader, Class<?> type) {
    try {
      return loader.loadClass(type.getName()) == type;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** A layer finds its parents' providers as well: a class that was found before is skipped. */
  private static <P extends Provider> void load(
      String kind, String where, ServiceLoader<P> loader, Map<Class<?>, P> found) {
    try {
      for (ServiceLoader.Provider<P> candidate : loader.stream().toList()) {
        if (!found.containsKey(candidate.type())) {
          found.put(candidate.type(), candidate.get());
        }
      }
    } catch (ServiceConfigurationError | LinkageError e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new PluginException(
          "A %s in %s could not be made: %s".formatted(kind, where, cause), e);
    }
  }

  private static String jars(ModuleLayer layer) {
    return layer.configuration().modules().stream()
        .flatMap(module -> module.reference().location().stream())
        .map(location -> fileName(Path.of(location)))
        .sorted()
        .collect(Collectors.joining(", "));
  }

  /**
   * Returns the provider of that name or alias.
   *
   * @throws UnknownProviderException naming the available providers and their jars
   */
  public P get(String name) {
    P provider = byName.get(name);
    if (provider == null) {
      throw new UnknownProviderException(
          kind, name, all().stream().map(p -> p.name() + " (" + source(p) + ")").toList());
    }
    return provider;
  }

  /** Returns the provider of that name or alias, if there is one. */
  public Optional<P> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** Returns all names and aliases, sorted. */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /**
   * Looks up a provider, lets it create an object, and rejects the options that it did not read.
   *
   * <p>Later failures of a pooler, a head, an encoder or a gather, for example while it is traced,
   * also name provider and jar.
   *
   * @param options the provider's name, and the options that it may read
   * @param make calls the provider's {@code create} with the options
   * @param <T> the interface of the created object
   * @throws UnknownProviderException naming the available providers and their jars
   * @throws org.simcse.api.error.InvalidInputException if an option is invalid or was not read
   * @throws PluginException naming provider and jar, if it fails or returns null
   */
  public <T> T create(Options options, Function<? super P, ? extends T> make) {
    T made = make(options.provider(), make);
    try {
      options.refuseUnread(kind);
    } catch (RuntimeException e) {
      close(made, e);
      throw e;
    }
    return made;
  }

  /** Does the same without checking the options. */
  <T> T make(String name, Function<? super P, ? extends T> make) {
    P provider = get(name);
    Origin origin = new Origin(kind, provider.name(), source(provider));
    return guarded(origin.guard("it was created", () -> make.apply(provider)), origin);
  }

  private static void close(Object made, RuntimeException because) {
    if (made instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        because.addSuppressed(e);
      }
    }
  }

  @SuppressWarnings("unchecked") // a guard has the interface that T is
  private static <T> T guarded(T made, Origin origin) {
    Object guard = made;
    if (made instanceof Pooler pooler) {
      guard = new GuardedPooler(pooler, origin);
    } else if (made instanceof ContrastiveHead head) {
      guard = new GuardedHead(head, origin);
    } else if (made instanceof Encoder encoder) {
      guard = new GuardedEncoder(encoder, origin);
    } else if (made instanceof DistributedGather gather) {
      guard = new GuardedGather(gather, origin);
    }
    return (T) guard;
  }

  /** Returns every provider once, sorted by name. */
  public List<P> all() {
    return byName.entrySet().stream()
        .filter(e -> e.getKey().equals(e.getValue().name()))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** Returns the jar or directory that a provider came from, or {@code unknown}. */
  public static String source(Provider provider) {
    return source(provider.getClass());
  }

  private static String source(Class<?> type) {
    CodeSource code = type.getProtectionDomain().getCodeSource();
    if (code == null || code.getLocation() == null) {
      return "unknown";
    }
    return fileName(Path.of(URI.create(code.getLocation().toString())));
  }

  private static String fileName(Path path) {
    Path file = path.getFileName();
    return file == null ? path.toString() : file.toString();
  }
}
