// A call from the host: one coroutine with its own budget, its way in and out, and what is said when it fails.

#include "internal.h"

#include <stdio.h>
#include <stdlib.h>

// MARK: making and ending

static int make_thread(lua_State *L) {
    ms_call *call = lua_touserdata(L, 1);
    lua_State *thread = lua_newthread(L);
    *(ms_thread **)lua_getextraspace(thread) = &call->info;
    lua_sethook(thread, ms_hook, LUA_MASKCOUNT, MS_HOOK_COUNT);
    call->thread_reference = luaL_ref(L, LUA_REGISTRYINDEX);
    call->thread = thread;
    return 0;
}

static ms_call *make_call(ms_state *state, ms_entry entry) {
    ms_call *call = state->idle;
    if (call != NULL) {
        state->idle = call->next_idle;
        ms_buffer reply = call->reply, out = call->out, message = call->message, trace = call->trace;
        memset(call, 0, sizeof *call);
        call->reply = reply;
        call->out = out;
        call->message = message;
        call->trace = trace;
    } else {
        call = calloc(1, sizeof *call);
        if (call == NULL) abort();
    }
    call->state = state;
    call->info.state = state;
    call->entry = entry;
    call->unit_limit = (uint64_t)state->limits.ticks * MS_UNITS;
    call->slice_nanoseconds = state->limits.slice_nanoseconds;
    call->thread_reference = LUA_NOREF;
    call->reference = LUA_NOREF;
    ms_buffer_clear(&call->reply);
    ms_buffer_clear(&call->out);
    ms_buffer_clear(&call->message);
    ms_buffer_clear(&call->trace);
    if (state->used > (size_t)state->limits.memory_bytes) {
        lua_gc(state->main, LUA_GCCOLLECT);
        if (state->used > (size_t)state->limits.memory_bytes) return call;
    }
    state->is_over_memory = false;
    lua_State *L = state->main;
    lua_pushcfunction(L, make_thread);
    lua_pushlightuserdata(L, call);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
        lua_settop(L, 0);
        call->thread = NULL;
    }
    return call;
}

ms_call *ms_call_load(ms_state *state, int64_t slice_nanoseconds, const uint8_t *source, int64_t count,
                      const char *chunk_name, int32_t environment) {
    ms_call *call = make_call(state, MS_ENTRY_LOAD);
    call->slice_nanoseconds = slice_nanoseconds;
    call->source = source;
    call->source_count = (size_t)count;
    call->chunk_name = chunk_name;
    call->environment = environment;
    return call;
}

ms_call *ms_call_shape(ms_state *state, int32_t reference) {
    ms_call *call = make_call(state, MS_ENTRY_SHAPE);
    call->reference = reference;
    return call;
}

ms_call *ms_call_function(ms_state *state, ms_call *parent, int32_t reference, const uint8_t *path, int64_t path_count,
                          const uint8_t *argument, int64_t argument_count, bool can_wait) {
    ms_call *call = make_call(state, MS_ENTRY_FUNCTION);
    call->reference = reference;
    call->path = path;
    call->path_count = (size_t)path_count;
    call->argument = argument;
    call->argument_count = (size_t)argument_count;
    call->can_wait = can_wait;
    call->parent = parent;
    if (parent != NULL)
        call->unit_limit = parent->unit_limit > parent->units ? parent->unit_limit - parent->units : 0;
    return call;
}

void ms_call_end(ms_call *call) {
    ms_state *state = call->state;
    // The thread is dropped, never reset: a reset would run its pending __close handlers with hooks off.
    if (call->thread_reference != LUA_NOREF) luaL_unref(state->main, LUA_REGISTRYINDEX, call->thread_reference);
    call->thread = NULL;
    ms_buffer *buffers[] = {&call->reply, &call->out, &call->message, &call->trace};
    for (int i = 0; i < 4; i++) {
        if (buffers[i]->capacity <= 65536) continue;
        free(buffers[i]->bytes);
        *buffers[i] = (ms_buffer){0};
    }
    call->next_idle = state->idle;
    state->idle = call;
}

// MARK: what runs inside the coroutine

static int function_entry_done(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    ms_call *call = ms_state_of(L)->current;
    char place[LUA_IDSIZE + 32] = "";
    lua_Debug record;
    lua_pushvalue(L, 1);
    if (lua_isfunction(L, -1) && lua_getinfo(L, ">S", &record) && record.linedefined > 0)
        snprintf(place, sizeof place, "%s:%d: ", record.short_src, record.linedefined);
    ms_encode(L, 2, &call->out, "result", false, place);
    return 0;
}

static int not_found(lua_State *L, ms_call *call, const char *problem) {
    luaL_Buffer text;
    luaL_buffinit(L, &text);
    luaL_addchar(&text, '\'');
    for (size_t i = 0; i + 4 <= call->path_count;) {
        uint32_t length;
        memcpy(&length, call->path + i, 4);
        if (i > 0) luaL_addchar(&text, '.');
        luaL_addlstring(&text, (const char *)call->path + i + 4, length);
        i += 4 + length;
    }
    luaL_addstring(&text, problem);
    luaL_pushresult(&text);
    return ms_raise(L, MS_NOT_FOUND, NULL);
}

static int function_entry(lua_State *L) {
    ms_call *call = ms_state_of(L)->current;
    lua_rawgeti(L, LUA_REGISTRYINDEX, call->reference);
    for (size_t i = 0; i + 4 <= call->path_count;) {
        uint32_t length;
        memcpy(&length, call->path + i, 4);
        if (!lua_istable(L, -1)) return not_found(L, call, "' is not there: its parent is no table");
        lua_pushlstring(L, (const char *)call->path + i + 4, length);
        // A number in a path is the place in a list.
        if (lua_rawget(L, -2) == LUA_TNIL && length > 0 && length < 10) {
            lua_pushlstring(L, (const char *)call->path + i + 4, length);
            int is_number;
            lua_Integer place = lua_tointegerx(L, -1, &is_number);
            lua_pop(L, 1);
            if (is_number) {
                lua_pop(L, 1);
                lua_rawgeti(L, -1, place);
            }
        }
        lua_remove(L, -2);
        i += 4 + length;
    }
    if (!lua_isfunction(L, -1) && luaL_getmetafield(L, -1, "__call") == LUA_TNIL)
        return not_found(L, call, lua_isnil(L, -1) ? "' is not there" : "' is not a function");
    lua_settop(L, 1);
    lua_pushvalue(L, 1);
    ms_decode(L, call->argument, call->argument_count, &call->random);
    lua_callk(L, 1, 1, 0, function_entry_done);
    return function_entry_done(L, LUA_OK, 0);
}

static int load_entry(lua_State *L) {
    ms_call *call = ms_state_of(L)->current;
    if (luaL_loadbufferx(L, (const char *)call->source, call->source_count, call->chunk_name, "t") != LUA_OK)
        return ms_raise(L, MS_SYNTAX, NULL);
    ms_charge(L, call->source_count);
    ms_push_environment(L, call->environment);
    lua_setupvalue(L, -2, 1);
    lua_call(L, 0, 1);
    call->reference = luaL_ref(L, LUA_REGISTRYINDEX);
    return 0;
}

static int shape_entry(lua_State *L) {
    ms_call *call = ms_state_of(L)->current;
    lua_rawgeti(L, LUA_REGISTRYINDEX, call->reference);
    ms_encode(L, -1, &call->out, "value", true, "");
    return 0;
}

// MARK: running

static void keep_error(ms_call *call, int status) {
    lua_State *L = call->thread;
    if (call->killed == MS_DONE) {
        if (status == LUA_ERRMEM) call->killed = MS_MEMORY;
        ms_note_position(L, call);
        ms_note_trace(L, call);
    }
    if (call->killed != MS_DONE) {
        // The message and the position were noted when the kill was decided.
        static const char *const reasons[] = {
            [MS_TICKS] = "the call used more instructions than it may",
            [MS_TIME] = "the call ran for longer than it may without waiting",
            [MS_MEMORY] = "the script uses more memory than it may",
            [MS_CANCELLED] = "the call was cancelled",
            [MS_AWAITED] = "the call waited for the host for longer than it may",
        };
        const char *reason = reasons[call->killed];
        char place[LUA_IDSIZE + 32] = "";
        if (call->line > 0) snprintf(place, sizeof place, "%s:%d: ", call->file, call->line);
        ms_buffer_append(&call->message, (const uint8_t *)place, (int64_t)strlen(place));
        ms_buffer_append(&call->message, (const uint8_t *)reason, (int64_t)strlen(reason));
        return;
    }
    size_t length = 0;
    const char *text = NULL;
    lua_checkstack(L, 4);
    const char *type = luaL_typename(L, -1);
    if (lua_type(L, -1) == LUA_TSTRING || lua_type(L, -1) == LUA_TNUMBER) {
        text = lua_tolstring(L, -1, &length);
    } else if (lua_istable(L, -1)) {
        lua_pushliteral(L, "message");
        lua_rawget(L, -2);
        if (lua_type(L, -1) == LUA_TSTRING) text = lua_tolstring(L, -1, &length);
        lua_pushliteral(L, "retryable");
        lua_rawget(L, -3);
        call->is_retryable = lua_toboolean(L, -1);
    }
    if (text == NULL) {
        char problem[64];
        snprintf(problem, sizeof problem, "(the error is a %s value)", type);
        ms_buffer_append(&call->message, (const uint8_t *)problem, (int64_t)strlen(problem));
    } else {
        ms_buffer_append(&call->message, (const uint8_t *)text, (int64_t)length);
    }
}

static ms_status error_kind(ms_call *call) {
    if (call->killed != MS_DONE) return call->killed;
    lua_State *L = call->thread;
    if (lua_type(L, -1) == LUA_TSTRING && call->tagged != NULL && (const void *)lua_tostring(L, -1) == call->tagged)
        return call->tag;
    if (lua_istable(L, -1) && call->tagged != NULL && lua_topointer(L, -1) == call->tagged) return call->tag;
    return MS_RUNTIME;
}

static ms_status run(ms_call *call) {
    ms_state *state = call->state;
    lua_State *L = call->thread;
    if (L == NULL) {
        const char *text = "the script state uses more memory than it may";
        call->killed = MS_MEMORY;
        ms_buffer_append(&call->message, (const uint8_t *)text, (int64_t)strlen(text));
        return MS_MEMORY;
    }
    ms_call *outer = state->current;
    lua_State *outer_running = state->running;
    state->current = call;
    state->running = L;
    call->deadline = ms_now() + call->slice_nanoseconds;
    if (call->parent != NULL && call->parent->deadline < call->deadline) call->deadline = call->parent->deadline;
    int count;
    int status = lua_resume(L, call->parent != NULL ? outer_running : NULL, 0, &count);
    state->current = outer;
    state->running = outer_running;
    if (call->parent != NULL) call->parent->units += call->units;
    if (status == LUA_OK && call->killed == MS_DONE) return MS_DONE;
    if (status == LUA_YIELD && call->killed == MS_DONE) return MS_WAITING;
    ms_status kind = error_kind(call);
    keep_error(call, status);
    return call->killed != MS_DONE ? call->killed : kind;
}

ms_status ms_call_run(ms_call *call) {
    static const lua_CFunction entries[] = {function_entry, load_entry, shape_entry};
    if (call->thread != NULL) lua_pushcfunction(call->thread, entries[call->entry]);
    call->random = call->state->seed ^ 0x9e3779b97f4a7c15u;
    return run(call);
}

ms_status ms_call_resume(ms_call *call, int32_t reply_kind) {
    call->reply_kind = reply_kind;
    return run(call);
}

// MARK: positions and traces

int ms_raise(lua_State *L, ms_status tag, const char *message) {
    ms_call *call = ms_state_of(L)->current;
    if (message != NULL) {
        ms_push_where(L);
        lua_pushstring(L, message);
        lua_concat(L, 2);
    }
    call->tagged = lua_istable(L, -1) ? lua_topointer(L, -1) : (const void *)lua_tostring(L, -1);
    call->tag = tag;
    return lua_error(L);
}

void ms_push_where(lua_State *L) {
    lua_Debug record;
    for (int level = 0; level < 50 && lua_getstack(L, level, &record); level++) {
        if (lua_getinfo(L, "Sl", &record) && record.currentline > 0) {
            lua_pushfstring(L, "%s:%d: ", record.short_src, record.currentline);
            return;
        }
    }
    lua_pushliteral(L, "");
}

void ms_note_position(lua_State *L, ms_call *call) {
    lua_Debug record;
    call->line = 0;
    call->file[0] = 0;
    for (int level = 0; level < 50 && lua_getstack(L, level, &record); level++) {
        if (!lua_getinfo(L, "Sl", &record) || record.currentline <= 0) continue;
        snprintf(call->file, sizeof call->file, "%s", record.short_src);
        call->line = record.currentline;
        return;
    }
}

static int describe_level(const lua_Debug *record, char *line, size_t size) {
    const char *tail = record->istailcall ? " (tail call)" : "";
    if (*record->what == 'm')
        return snprintf(line, size, "%s:%d: in main chunk%s\n", record->short_src, record->currentline, tail);
    if (record->name != NULL)
        return snprintf(line, size, "%s:%d: in %s '%.60s'%s\n", record->short_src, record->currentline,
                        *record->namewhat != 0 ? record->namewhat : "function", record->name, tail);
    return snprintf(line, size, "%s:%d: in function <%s:%d>%s\n", record->short_src, record->currentline,
                    record->short_src, record->linedefined, tail);
}

void ms_note_trace(lua_State *L, ms_call *call) {
    lua_Debug record;
    char line[LUA_IDSIZE * 3 + 128];
    char last[sizeof line] = "";
    int shown = 0;
    bool is_repeated = false;
    ms_buffer_clear(&call->trace);
    for (int level = 0; level < 200 && shown < 20 && lua_getstack(L, level, &record); level++) {
        if (!lua_getinfo(L, "Slnt", &record) || *record.what == 'C') continue;
        int count = describe_level(&record, line, sizeof line);
        if (strcmp(line, last) != 0) {
            ms_buffer_append(&call->trace, (const uint8_t *)line, count);
            memcpy(last, line, sizeof line);
            is_repeated = false;
            shown++;
        } else if (!is_repeated) {
            ms_buffer_append(&call->trace, (const uint8_t *)"... again and again\n", 20);
            is_repeated = true;
        }
    }
}

// MARK: what the host reads

ms_buffer *ms_call_reply(ms_call *call) {
    ms_buffer_clear(&call->reply);
    return &call->reply;
}

int32_t ms_call_host_function(const ms_call *call) {
    return call->host_function;
}

int32_t ms_call_reference(const ms_call *call) {
    return call->reference;
}

int64_t ms_call_ticks(const ms_call *call) {
    return (int64_t)(call->units / MS_UNITS);
}

void ms_call_charge(ms_call *call, int64_t ticks) {
    if (ticks > 0 && ticks < INT64_MAX / 8) call->units += (uint64_t)ticks * MS_UNITS;
}

void ms_call_doom(ms_call *call, ms_status status) {
    call->doomed = status;
}

bool ms_call_is_retryable(const ms_call *call) {
    return call->is_retryable;
}

const uint8_t *ms_call_bytes(const ms_call *call, int64_t *count) {
    return ms_buffer_bytes(&call->out, count);
}

const uint8_t *ms_call_message(const ms_call *call, int64_t *count) {
    return ms_buffer_bytes(&call->message, count);
}

const uint8_t *ms_call_trace(const ms_call *call, int64_t *count) {
    return ms_buffer_bytes(&call->trace, count);
}

const char *ms_call_file(const ms_call *call) {
    return call->file;
}

int32_t ms_call_line(const ms_call *call) {
    return call->line;
}

int32_t ms_call_position(ms_call *call, ms_buffer *file) {
    lua_State *L = call->state->running;
    ms_buffer_clear(file);
    if (L == NULL || call->state->current != call) return 0;
    lua_Debug record;
    for (int level = 0; level < 50 && lua_getstack(L, level, &record); level++) {
        if (!lua_getinfo(L, "Sl", &record) || record.currentline <= 0) continue;
        ms_buffer_append(file, (const uint8_t *)record.short_src, (int64_t)strlen(record.short_src));
        return record.currentline;
    }
    return 0;
}
