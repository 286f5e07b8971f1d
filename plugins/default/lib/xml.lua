-- A small reader for XML reports: elements, attributes and text, no namespaces, no DTD.

local xml = {}

local entities = { lt = "<", gt = ">", amp = "&", quot = '"', apos = "'" }

local function unescape(text)
  return (text:gsub("&(#?)(x?)(%w+);", function(is_number, is_hex, name)
    if is_number == "" then return entities[is_hex .. name] end
    local code = tonumber(name, is_hex == "x" and 16 or 10)
    if code and code <= 0x10FFFF then return utf8.char(code) end
    return nil
  end))
end

-- Reads the attributes from `position` on. Returns them, the position after the tag, and whether the tag closes itself.
local function attributes(text, position)
  local result = {}
  while true do
    position = text:find("%S", position)
    if not position then return nil end
    local character = text:sub(position, position)
    if character == ">" then return result, position + 1, false end
    if text:sub(position, position + 1) == "/>" then return result, position + 2, true end
    local name, quote, start = text:match("^([^%s=/>]+)%s*=%s*([\"'])()", position)
    if not name then return nil end
    local stop = text:find(quote, start, true)
    if not stop then return nil end
    result[name] = unescape(text:sub(start, stop - 1))
    position = stop + 1
  end
end

-- Calls visitor.open(name, attributes), visitor.text(characters) and visitor.close(name) in document order.
-- Returns true, or false and what is wrong; what came before the fault has been visited.
function xml.read(text, visitor)
  local position, open = 1, {}
  while true do
    local at = text:find("<", position, true)
    if not at then break end
    if at > position then visitor.text(unescape(text:sub(position, at - 1))) end
    if text:sub(at, at + 3) == "<!--" then
      local _, stop = text:find("-->", at + 4, true)
      if not stop then return false, "unfinished comment" end
      position = stop + 1
    elseif text:sub(at, at + 8) == "<![CDATA[" then
      local from, stop = text:find("]]>", at + 9, true)
      if not stop then return false, "unfinished CDATA" end
      visitor.text(text:sub(at + 9, from - 1))
      position = stop + 1
    elseif text:find("^<[?!]", at) then
      local stop = text:find(">", at, true)
      if not stop then return false, "unfinished declaration" end
      position = stop + 1
    elseif text:sub(at + 1, at + 1) == "/" then
      local name, stop = text:match("^</([^%s>]+)%s*>()", at)
      if not name or open[#open] ~= name then return false, "unexpected end tag" end
      open[#open] = nil
      visitor.close(name)
      position = stop
    else
      local name, after = text:match("^<([^%s/>]+)()", at)
      if not name then return false, "malformed tag" end
      local values, stop, is_empty = attributes(text, after)
      if not values then return false, "malformed tag <" .. name .. ">" end
      visitor.open(name, values)
      if is_empty then visitor.close(name) else open[#open + 1] = name end
      position = stop
    end
  end
  if #open > 0 then return false, "the document ends inside <" .. open[#open] .. ">" end
  return true
end

return xml
