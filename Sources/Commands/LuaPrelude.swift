/// The Lua side of `moonshift lua`: what a script at a command line has beside the sandbox of recipes.
///
/// The sandbox knows no way to make code but `require`, so a chunk becomes a module of a made-up name. Its first words give
/// it the environment that the prelude put into the slot; nothing that it says can reach around that.
enum LuaPrelude {
    static let slotModule = "moonshift-slot"
    static let chunkName = "moonshift-prelude"

    /// Goes before the text of a chunk, on its first line, so that lines keep their numbers.
    static let chunkHead = "local _ENV = require(\"\(slotModule)\").take() return function(...) "
    static let chunkTail = "\nend"

    static let slot = """
        local given
        return {
          put = function(environment) given = environment end,
          take = function()
            local environment = given
            given = nil
            return environment
          end,
        }
        """

    static let text = """
        local slot = require "\(slotModule)"
        local globals, make, write = _ENV, moonshift.chunk, moonshift.write
        local require_chunk, concat, gsub, gmatch = require, table.concat, string.gsub, string.gmatch
        local environment = {}

        local function compiled(chunk, given)
          slot.put(given or environment)
          local ok, result = pcall(require_chunk, chunk.module)
          slot.take()
          if ok then return result end
          return nil, result
        end

        local function refuses_text(mode)
          return mode ~= nil and not mode:find("t", 1, true)
        end

        function environment.loadfile(path, mode, given)
          if refuses_text(mode) then return nil, "attempt to load a text chunk (mode is '" .. mode .. "')" end
          local chunk = make { path = path }
          if chunk.problem then return nil, chunk.problem end
          return compiled(chunk, given)
        end

        function environment.load(text, name, mode, given)
          if refuses_text(mode) then return nil, "attempt to load a text chunk (mode is '" .. mode .. "')" end
          if type(text) == "function" then
            local pieces = {}
            for piece in text do
              if piece == "" then break end
              pieces[#pieces + 1] = piece
            end
            text = concat(pieces)
          end
          local chunk = make { text = text, name = name }
          if chunk.problem then return nil, chunk.problem end
          return compiled(chunk, given)
        end

        function environment.dofile(path)
          local chunk, problem = environment.loadfile(path)
          if not chunk then error(problem, 0) end
          return chunk()
        end

        function environment.print(...)
          local parts = {}
          for index = 1, select("#", ...) do parts[index] = tostring((select(index, ...))) end
          write(concat(parts, "\\t") .. "\\n")
        end

        local loaded, is_loading, search_path = {}, {}, ""

        function environment.require(name)
          if loaded[name] ~= nil then return loaded[name] end
          if is_loading[name] then error("module '" .. name .. "' requires itself", 2) end
          local path, searched = gsub(name, "%.", "/"), {}
          for template in gmatch(search_path, "[^;]+") do
            local file = gsub(template, "%?", (gsub(path, "%%", "%%%%")))
            local chunk = make { path = file }
            if not chunk.problem then
              local body, problem = compiled(chunk)
              if not body then error(problem, 0) end
              is_loading[name] = true
              local ok, value = pcall(body, name, file)
              is_loading[name] = nil
              if not ok then error(value, 0) end
              if value == nil then value = true end
              loaded[name] = value
              return value
            end
            searched[#searched + 1] = "\\n\\tno file '" .. file .. "'"
          end
          error("module '" .. name .. "' not found:" .. concat(searched), 2)
        end

        local function protect()
          setmetatable(environment, {
            __index = globals,
            __newindex = function(_, name)
              error("assignment to global '" .. tostring(name) .. "': use 'local " .. tostring(name) .. "'", 2)
            end,
            __metatable = false,
          })
        end

        local step

        return {
          -- Runs the script; true when it left steps to be taken.
          main = function(script)
            local arguments = { [0] = script.path }
            for index, argument in ipairs(script.arguments) do arguments[index] = argument end
            environment.arg, search_path = arguments, script.search_path
            protect()
            local chunk, problem = environment.loadfile(script.path)
            if not chunk then error(problem, 0) end
            local result = chunk(table.unpack(arguments))
            step = type(result) == "table" and rawget(result, "step")
            return type(step) == "function"
          end,
          -- Takes the next step; true when there is another one.
          step = function(problem)
            return step(problem) and true or false
          end,
        }
        """
}
