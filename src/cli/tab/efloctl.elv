use str
set edit:completion:arg-completer[efloctl] = {|@words|
    try {
        env EFLOCTL_COMPLETE=elvish efloctl -- $@words 2>/dev/null
    } catch {
        nop
    } | each {|line|
        if (or (eq $line "\x01file") (eq $line "\x01folder")) {
            edit:complete-filename $words[-1]
        } else {
            var value help = (str:split "\t" $line)
            edit:complex-candidate $value &display=(str:trim-right $value'  '$help ' ')
        }
    }
}
