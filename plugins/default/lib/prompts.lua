-- The text that a worker starts from. The words are in prompts/*.md; this file decides which of them a worker gets.

local cut = require "lib.cut"

local prompts = {}

-- Bytes of one file that are shown; a worker can read the rest itself.
local file_limit = 60000
local output_limit = 6000
local paths_limit = 60

local stages = { test = true, stub = true, implement = true, hookup = true, document = true }

local languages = {
  c = "c", go = "go", js = "javascript", lua = "lua", md = "markdown", py = "python", rb = "ruby", rs = "rust",
  sh = "sh", swift = "swift", ts = "typescript", yaml = "yaml", yml = "yaml", json = "json", toml = "toml",
}

-- A fence that the text can not close.
local function fence(text)
  local longest = 2
  for ticks in text:gmatch("`+") do longest = math.max(longest, #ticks) end
  return ("`"):rep(longest + 1)
end

local function shown_files(files)
  local list = {}
  for path, content in pairs(files) do
    local shown = cut.middle(content, file_limit)
    list[#list + 1] = {
      path = path, content = shown:gsub("\n$", ""), fence = fence(shown), is_cut = #shown < #content,
      language = languages[path:match("%.(%w+)$") or ""] or "",
    }
  end
  return list
end

-- What the templates can say about a feature: absent fields stay absent, so that their section is left out.
local function values(ctx)
  local feature = ctx.feature
  local paths = {}
  for i = 1, math.min(#ctx.repo_paths, paths_limit) do paths[i] = ctx.repo_paths[i] end
  local has_source = ctx.files[feature.file_path] ~= nil
  local result = {
    name = feature.name, file_path = feature.file_path, test_path = feature.test_path,
    function_name = feature.function_name, cli_command = feature.cli_command, api_endpoint = feature.api_endpoint,
    description = feature.description, stage = ctx.stage, attempt = ctx.attempt, toolchain = ctx.toolchain,
    has_source = has_source, test_ids = ctx.test_ids, has_tests = #ctx.test_ids > 0,
    files = shown_files(ctx.files), repo_paths = paths, has_repo_paths = #paths > 0, note = ctx.note,
  }
  result.is_lua = ctx.toolchain == "lua"
  result.is_pytest = ctx.toolchain == "python-pytest"
  return result
end

local function fix(ctx)
  local failure = ctx.last_failure
  if not failure then return "" end
  local output = cut.tail(host.text.trim(failure.output_tail), output_limit)
  return host.template {
    file = "prompts/fix/" .. failure.kind .. ".md",
    values = {
      summary = failure.summary, exit = failure.exit, attempt = ctx.attempt, stage = ctx.stage,
      output = output ~= "" and output or nil, fence = fence(output), note = ctx.note,
      file_path = ctx.feature.file_path, test_path = ctx.feature.test_path,
    },
  }
end

-- The files that the plan points to, without those that are shown anyway.
local function more_files(ctx)
  local list = {}
  for _, path in ipairs(ctx.feature.context) do
    if not ctx.files[path] then list[#list + 1] = path end
  end
  return list
end

function prompts.prompt(ctx)
  local given = values(ctx)
  local stage = stages[ctx.stage] and ctx.stage or "other"
  local parts = {}
  local function add(text)
    text = host.text.trim(text)
    if text ~= "" then parts[#parts + 1] = text end
  end
  add(host.template { file = "prompts/" .. stage .. ".md", values = given })
  add(host.template { file = "prompts/material.md", values = given })
  if ctx.is_fix then add(fix(ctx)) end
  return {
    system = host.text.trim(host.template { file = "prompts/system.md", values = given }),
    user = table.concat(parts, "\n\n"),
    files = more_files(ctx),
    max_output_tokens = ctx.settings.max_output_tokens,
  }
end

return prompts
