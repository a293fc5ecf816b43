// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "properties.hpp"

#include <type_traits>

#include "enums.hpp"
#include "property_docs.hpp"
#include "stats_structure.hpp"

namespace gemlive::properties {
namespace {

constexpr std::string_view access_token = "access-token";
constexpr auto base_flags = static_cast<GParamFlags>(G_PARAM_STATIC_STRINGS);
constexpr auto setting_flags =
    static_cast<GParamFlags>(base_flags | G_PARAM_READWRITE | GST_PARAM_MUTABLE_READY);
constexpr auto secret_flags =
    static_cast<GParamFlags>(base_flags | G_PARAM_WRITABLE | GST_PARAM_MUTABLE_READY);
/// A token can be replaced at any time: the next connection uses it.
constexpr auto token_flags =
    static_cast<GParamFlags>(base_flags | G_PARAM_WRITABLE | GST_PARAM_MUTABLE_PLAYING);
constexpr auto status_flags = static_cast<GParamFlags>(base_flags | G_PARAM_READABLE);

/// A string whose value always equals its default. Dot dumps omit values that equal the default.
GType hidden_string() {
  static const GType type = [] {
    GTypeQuery parent;
    g_type_query(G_TYPE_PARAM_STRING, &parent);
    const auto hide = [](gpointer klass, gpointer) {
      static_cast<GParamSpecClass *>(klass)->values_cmp = [](GParamSpec *, const GValue *,
                                                             const GValue *) { return 0; };
    };
    return g_type_register_static_simple(G_TYPE_PARAM_STRING, "GstGemliveHiddenString",
                                         parent.class_size, hide, parent.instance_size, nullptr,
                                         static_cast<GTypeFlags>(0));
  }();
  return type;
}

// For each type of setting: its pspec, and how it is read from and written to a GValue.

GParamSpec *spec(const PropertyDoc &doc, const std::string &) {
  return g_param_spec_string(doc.name, doc.nick, doc.blurb, nullptr, setting_flags);
}
GParamSpec *spec(const PropertyDoc &doc, const Secret &) {
  return g_param_spec_string(doc.name, doc.nick, doc.blurb, nullptr,
                             doc.name == access_token ? token_flags : secret_flags);
}
GParamSpec *spec(const PropertyDoc &doc, const Headers &) {
  return g_param_spec_boxed(doc.name, doc.nick, doc.blurb, GST_TYPE_STRUCTURE, secret_flags);
}
/// Changes are not notified, because gst-launch-1.0 -v would print the value.
GParamSpec *spec(const PropertyDoc &doc, const ReadableSecret &) {
  return static_cast<GParamSpec *>(
      g_param_spec_internal(hidden_string(), doc.name, doc.nick, doc.blurb,
                            static_cast<GParamFlags>(setting_flags | G_PARAM_EXPLICIT_NOTIFY)));
}
GParamSpec *spec(const PropertyDoc &doc, bool value) {
  return g_param_spec_boolean(doc.name, doc.nick, doc.blurb, value, setting_flags);
}
GParamSpec *spec(const PropertyDoc &doc, int value) {
  return g_param_spec_int(doc.name, doc.nick, doc.blurb, static_cast<int>(doc.minimum),
                          static_cast<int>(doc.maximum), value, setting_flags);
}
GParamSpec *spec(const PropertyDoc &doc, unsigned value) {
  return g_param_spec_uint(doc.name, doc.nick, doc.blurb, static_cast<unsigned>(doc.minimum),
                           static_cast<unsigned>(doc.maximum), value, setting_flags);
}
GParamSpec *spec(const PropertyDoc &doc, Config::ms value) {
  return spec(doc, static_cast<unsigned>(value.count()));
}
GParamSpec *spec(const PropertyDoc &doc, double value) {
  return g_param_spec_double(doc.name, doc.nick, doc.blurb, doc.minimum, doc.maximum, value,
                             setting_flags);
}
template <typename E, typename = std::enable_if_t<std::is_enum_v<E>>>
GParamSpec *spec(const PropertyDoc &doc, E value) {
  return g_param_spec_enum(doc.name, doc.nick, doc.blurb, Enum<E>::gtype(), static_cast<int>(value),
                           setting_flags);
}

void read(const GValue &from, std::string &to) {
  to = g_value_get_string(&from);
}
void read(const GValue &from, Secret &to) {
  to = Secret(g_value_get_string(&from));
}
void add_header(Headers &to, const char *name, const GValue &value) {
  GValue text = G_VALUE_INIT;
  g_value_init(&text, G_TYPE_STRING);
  const char *string = g_value_transform(&value, &text) ? g_value_get_string(&text) : nullptr;
  to.push_back({name, Secret(string ? string : "")});
  g_value_unset(&text);
}
/// A field with several values gives several headers.
void read(const GValue &from, Headers &to) {
  to.clear();
  const auto *structure = gst_value_get_structure(&from);
  for (int i = 0; i < gst_structure_n_fields(structure); ++i) {
    const char *name = gst_structure_nth_field_name(structure, static_cast<guint>(i));
    const auto *value = gst_structure_get_value(structure, name);
    if (GST_VALUE_HOLDS_ARRAY(value)) {
      for (guint j = 0; j < gst_value_array_get_size(value); ++j)
        add_header(to, name, *gst_value_array_get_value(value, j));
    } else if (GST_VALUE_HOLDS_LIST(value)) {
      for (guint j = 0; j < gst_value_list_get_size(value); ++j)
        add_header(to, name, *gst_value_list_get_value(value, j));
    } else {
      add_header(to, name, *value);
    }
  }
}
void read(const GValue &from, ReadableSecret &to) {
  to = ReadableSecret(g_value_get_string(&from));
}
void read(const GValue &from, bool &to) {
  to = g_value_get_boolean(&from);
}
void read(const GValue &from, int &to) {
  to = g_value_get_int(&from);
}
void read(const GValue &from, unsigned &to) {
  to = g_value_get_uint(&from);
}
void read(const GValue &from, Config::ms &to) {
  to = Config::ms(g_value_get_uint(&from));
}
void read(const GValue &from, double &to) {
  to = g_value_get_double(&from);
}
template <typename E, typename = std::enable_if_t<std::is_enum_v<E>>>
void read(const GValue &from, E &to) {
  to = static_cast<E>(g_value_get_enum(&from));
}

void write(const std::string &from, GValue &to) {
  g_value_set_string(&to, from.empty() ? nullptr : from.c_str());
}
void write(const Headers &, GValue &) {}
void write(const Secret &, GValue &) {}  // never called: the property is write-only
void write(const ReadableSecret &from, GValue &to) {
  write(from.reveal(), to);
}
void write(bool from, GValue &to) {
  g_value_set_boolean(&to, from);
}
void write(int from, GValue &to) {
  g_value_set_int(&to, from);
}
void write(unsigned from, GValue &to) {
  g_value_set_uint(&to, from);
}
void write(Config::ms from, GValue &to) {
  g_value_set_uint(&to, static_cast<unsigned>(from.count()));
}
void write(double from, GValue &to) {
  g_value_set_double(&to, from);
}
template <typename E, typename = std::enable_if_t<std::is_enum_v<E>>>
void write(E from, GValue &to) {
  g_value_set_enum(&to, static_cast<int>(from));
}

/// Calls visit(pointer to member) for the setting with this property id.
template <typename Visit>
void with_setting(guint id, Visit &&visit) {
  guint at = 0;
  Config::each([&](std::string_view, auto member) {
    if (++at == id) visit(member);
  });
}

guint settings_count() {
  static const guint count = [] {
    guint counted = 0;
    Config::each([&](std::string_view, auto) { ++counted; });
    return counted;
  }();
  return count;
}

/// The properties that are not settings. Their ids follow those of the settings.
enum class Other { connection_state = 1, session_id, stats, session, stream };

guint id_of(Other property) {
  return settings_count() + static_cast<guint>(property);
}

}  // namespace

void install(GObjectClass *klass) {
  const Config defaults;
  guint id = 0;
  Config::each([&](std::string_view name, auto member) {
    g_object_class_install_property(klass, ++id, spec(property_doc(name), *(defaults.*member)));
  });
  g_object_class_install_property(
      klass, id_of(Other::connection_state),
      g_param_spec_enum("connection-state", "Connection State",
                        "State of the connection to the service. Changes are notified.",
                        Enum<ConnectionState>::gtype(),
                        static_cast<int>(ConnectionState::disconnected), status_flags));
  g_object_class_install_property(
      klass, id_of(Other::session_id),
      g_param_spec_string("session-id", "Session ID",
                          "Identifier of the session. Vertex AI sends one; otherwise it is NULL.",
                          nullptr, status_flags));
  g_object_class_install_property(
      klass, id_of(Other::stats),
      g_param_spec_boxed("stats", "Statistics",
                         "Counters as a structure gemlive/stats: bytes of input and output audio, "
                         "pictures, messages, turns, interruptions and connections.",
                         GST_TYPE_STRUCTURE, status_flags));
}

void install_session(GObjectClass *klass) {
  g_object_class_install_property(
      klass, id_of(Other::session),
      g_param_spec_string("session", "Session",
                          "Name of the conversation in this process. Elements with the same name "
                          "belong to one conversation.",
                          default_session, setting_flags));
}

void install_stream(GObjectClass *klass) {
  g_object_class_install_property(
      klass, id_of(Other::stream),
      g_param_spec_enum("stream", "Stream",
                        "Stream of the conversation to output. A transcript stream switches its "
                        "transcription on.",
                        Enum<StreamKind>::gtype(), static_cast<int>(StreamKind::audio),
                        setting_flags));
}

bool is_setting(guint id) {
  return id >= 1 && id <= settings_count();
}

bool is_access_token(const GParamSpec &pspec) {
  return std::string_view(pspec.name) == access_token;
}

bool is_resumption_handle(const GParamSpec &pspec) {
  return std::string_view(pspec.name) == "resumption-handle";
}

bool is_status(guint id) {
  return id >= id_of(Other::connection_state) && id <= id_of(Other::stats);
}

bool is_session(guint id) {
  return id == id_of(Other::session);
}

bool is_stream(guint id) {
  return id == id_of(Other::stream);
}

void set(Config &config, guint id, const GValue &value) {
  with_setting(id, [&](auto member) {
    auto &setting = config.*member;
    const char *text = G_VALUE_HOLDS_STRING(&value) ? g_value_get_string(&value) : nullptr;
    const bool is_null = (G_VALUE_HOLDS_STRING(&value) && (!text || !*text)) ||
                         (G_VALUE_HOLDS_BOXED(&value) && !g_value_get_boxed(&value));
    if (is_null) {
      setting = Config{}.*member;  // NULL or "" resets it
      return;
    }
    read(value, setting.value);
    setting.is_set = true;
  });
}

void get(const Config &config, guint id, GValue &value) {
  with_setting(id, [&](auto member) { write(*(config.*member), value); });
}

void get_status(const Stats &from, guint id, GValue &value) {
  if (id == id_of(Other::connection_state))
    g_value_set_enum(&value, static_cast<int>(from.state));
  else if (id == id_of(Other::session_id))
    write(from.session_id, value);
  else if (id == id_of(Other::stats))
    g_value_take_boxed(&value, to_structure(from));
}

void register_types() {
  const auto mark = [](GType type) {
    gst_type_mark_as_plugin_api(type, static_cast<GstPluginAPIFlags>(0));
  };
  const Config defaults;
  Config::each([&](std::string_view, auto member) {
    using Value = std::remove_cvref_t<decltype(*(defaults.*member))>;
    if constexpr (std::is_enum_v<Value>) mark(Enum<Value>::gtype());
  });
  mark(Enum<StreamKind>::gtype());
  mark(Enum<ConnectionState>::gtype());
}

}  // namespace gemlive::properties
