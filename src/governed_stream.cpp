// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "governed_stream.hpp"

#include <algorithm>
#include <cstring>

namespace gemlive {

namespace {

/// What is between the base stream and the reader.
class Portion {
 public:
  Portion(GPollableInputStream *base, bool records) : base_(ref(base)), records_(records) {}

  gssize read(void *buffer, gsize count, GError **error) {
    if (begin_ == end_) {
      if (give_way_) {
        give_way_ = false;
        return would_block(error);
      }
      if (after_ == After::more) fetch();
      if (begin_ == end_) return report(error);
      give_way_ = true;
    }
    auto taken = std::min<std::size_t>(count, end_ - begin_);
    std::memcpy(buffer, bytes_.get() + begin_, taken);
    begin_ += taken;
    return static_cast<gssize>(taken);
  }

  bool readable() const { return begin_ < end_ || after_ != After::more; }
  GPollableInputStream *base() const { return base_.get(); }
  FrameGuard::Verdict verdict() const { return guard_.verdict(); }

 private:
  static constexpr std::size_t kSize = 64 << 10;

  static gssize would_block(GError **error) {
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Nothing more for now");
    return -1;
  }

  gssize report(GError **error) const {
    if (after_ == After::end) return 0;
    if (after_ == After::more) return would_block(error);
    if (error) *error = g_error_copy(failure_.get());
    return -1;
  }

  void fetch() {
    std::size_t got = 0;
    while (got < kSize) {
      auto room = kSize - got;
      ErrorPtr error;
      auto count = g_pollable_input_stream_read_nonblocking(base_.get(), bytes_.get() + got, room,
                                                            nullptr, out(error));
      if (count == 0) after_ = After::end;
      if (count < 0 && !g_error_matches(error.get(), G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
        fail(std::move(error));
      }
      if (count <= 0) break;
      got += static_cast<std::size_t>(count);
      // A plain socket gives all that it has: asking again would be a system call for nothing.
      if (!records_ && static_cast<std::size_t>(count) < room) break;
    }
    begin_ = 0;
    end_ = guard_.admit({bytes_.get(), got}, g_get_monotonic_time());
    if (guard_.verdict() != FrameGuard::Verdict::fine) {
      fail(ErrorPtr(g_error_new_literal(G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                                        "The server sends more than is acceptable")));
    }
  }

  void fail(ErrorPtr error) {
    after_ = After::failure;
    failure_ = std::move(error);
  }

  const ObjectPtr<GPollableInputStream> base_;
  const bool records_;
  const std::unique_ptr<std::byte[]> bytes_ = std::make_unique_for_overwrite<std::byte[]>(kSize);
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool give_way_ = false;
  enum class After { more, end, failure } after_ = After::more;  // what comes behind bytes_
  ErrorPtr failure_;
  FrameGuard guard_;
};

/// GType wants a name that is unique in the process, and a process may hold this code twice (in the
/// plugin and in a program that links the core).
GType register_type(GType parent, const char *name, gsize class_size, gsize instance_size,
                    GClassInitFunc class_init) {
  StrPtr unique(g_strdup_printf("%s-%p", name, reinterpret_cast<void *>(class_init)));
  return g_type_register_static_simple(parent, unique.get(), static_cast<guint>(class_size),
                                       class_init, static_cast<guint>(instance_size), nullptr,
                                       GTypeFlags{});
}

struct GovernedInput {
  GInputStream parent;
  Portion *portion;
};

Portion &portion(gpointer input) {
  return *static_cast<GovernedInput *>(input)->portion;
}

void input_class_init(gpointer klass, gpointer) {
  static gpointer parent_class = g_type_class_peek_parent(klass);
  G_OBJECT_CLASS(klass)->finalize = [](GObject *object) {
    delete &portion(object);
    G_OBJECT_CLASS(parent_class)->finalize(object);
  };
  // A blocking read is nobody's wish here: it gets what there is, or "would block".
  G_INPUT_STREAM_CLASS(klass)->read_fn = [](GInputStream *stream, void *buffer, gsize count,
                                            GCancellable *, GError **error) {
    return portion(stream).read(buffer, count, error);
  };
}

GSource *input_create_source(GPollableInputStream *stream, GCancellable *cancellable) {
  SourcePtr ready(portion(stream).readable()
                      ? g_timeout_source_new(0)
                      : g_pollable_input_stream_create_source(portion(stream).base(), nullptr));
  return g_pollable_source_new_full(stream, ready.get(), cancellable);
}

void input_pollable_init(gpointer pollable, gpointer) {
  auto *interface = static_cast<GPollableInputStreamInterface *>(pollable);
  interface->is_readable = [](GPollableInputStream *stream) -> gboolean {
    return portion(stream).readable() ||
           g_pollable_input_stream_is_readable(portion(stream).base());
  };
  interface->create_source = input_create_source;
  interface->read_nonblocking = [](GPollableInputStream *stream, void *buffer, gsize count,
                                   GError **error) {
    return portion(stream).read(buffer, count, error);
  };
}

GType input_type() {
  static const GType type = [] {
    GType made = register_type(G_TYPE_INPUT_STREAM, "GemliveInput", sizeof(GInputStreamClass),
                               sizeof(GovernedInput), input_class_init);
    const GInterfaceInfo pollable = {input_pollable_init, nullptr, nullptr};
    g_type_add_interface_static(made, G_TYPE_POLLABLE_INPUT_STREAM, &pollable);
    return made;
  }();
  return type;
}

struct GovernedStream {
  GIOStream parent;
  GIOStream *base;
  GInputStream *input;
};

GovernedStream *governed(gpointer stream) {
  return static_cast<GovernedStream *>(stream);
}

/// Not in a thread, as GIOStream would do it by default.
void stream_close_async(GIOStream *stream, int priority, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data) {
  auto closed = [](GObject *base, GAsyncResult *result, gpointer data) {
    ObjectPtr<GTask> task(static_cast<GTask *>(data));
    GError *error = nullptr;
    if (g_io_stream_close_finish(G_IO_STREAM(base), result, &error)) {
      g_task_return_boolean(task.get(), TRUE);
    } else {
      g_task_return_error(task.get(), error);
    }
  };
  g_io_stream_close_async(governed(stream)->base, priority, cancellable, closed,
                          g_task_new(stream, cancellable, callback, user_data));
}

void stream_class_init(gpointer klass, gpointer) {
  static gpointer parent_class = g_type_class_peek_parent(klass);
  G_OBJECT_CLASS(klass)->finalize = [](GObject *object) {
    g_object_unref(governed(object)->input);
    g_object_unref(governed(object)->base);
    G_OBJECT_CLASS(parent_class)->finalize(object);
  };
  auto *io = G_IO_STREAM_CLASS(klass);
  io->get_input_stream = [](GIOStream *stream) { return governed(stream)->input; };
  io->get_output_stream = [](GIOStream *stream) {
    return g_io_stream_get_output_stream(governed(stream)->base);
  };
  io->close_fn = [](GIOStream *stream, GCancellable *cancellable, GError **error) {
    return g_io_stream_close(governed(stream)->base, cancellable, error);
  };
  io->close_async = stream_close_async;
  io->close_finish = [](GIOStream *, GAsyncResult *result, GError **error) {
    return g_task_propagate_boolean(G_TASK(result), error);
  };
}

GType stream_type() {
  static const GType type = register_type(G_TYPE_IO_STREAM, "GemliveStream", sizeof(GIOStreamClass),
                                          sizeof(GovernedStream), stream_class_init);
  return type;
}

}  // namespace

ObjectPtr<GIOStream> make_governed_stream(GIOStream *base, bool records) {
  auto *input = static_cast<GovernedInput *>(g_object_new(input_type(), nullptr));
  input->portion =
      new Portion(G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(base)), records);
  auto *stream = governed(g_object_new(stream_type(), nullptr));
  stream->base = ref(base);
  stream->input = G_INPUT_STREAM(input);
  return ObjectPtr<GIOStream>(G_IO_STREAM(stream));
}

FrameGuard::Verdict governed_stream_verdict(GIOStream *stream) {
  return portion(governed(stream)->input).verdict();
}

}  // namespace gemlive
