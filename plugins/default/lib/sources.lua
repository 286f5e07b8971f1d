-- What reading any language's sources needs.

local sources = {}

-- As many spaces as the text has bytes; lines stay lines.
function sources.blank(text)
  return (text:gsub("[^\n]", " "))
end

-- The name if it is an identifier, or nil.
function sources.identifier(name)
  if name and name:find("^[%a_][%w_]*$") then return name end
  return nil
end

-- Whether there is a path and it ends so.
function sources.has_ending(path, ending)
  return path ~= nil and path:sub(-#ending) == ending
end

return sources
