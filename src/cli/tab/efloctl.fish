function __efloctl_candidates
    set -l words (commandline --current-process --tokenize --cut-at-cursor)
    set -l token (commandline --current-token --cut-at-cursor)
    set -l typed (string unescape -- "$token"; or string replace --regex '^[\'"]' '' -- "$token")
    set -l candidates (EFLOCTL_COMPLETE=fish command efloctl -- $words "$typed" 2>/dev/null)
    set -l option (string match --regex -- '^--[^=]*=' "$token")
    # The files that fish offers to a command of which it knows nothing.
    set -l unknown "__efloctl_no_command "(string replace --regex -- '^--[^=]*=' '' "$token")
    switch "$candidates[1]"
        case \x01file
            for path in (complete --do-complete "$unknown")
                printf '%s\n' "$option$path"
            end
        case \x01folder
            for path in (complete --do-complete "$unknown" | string match '*/')
                printf '%s\n' "$option$path"
            end
        case '*'
            printf '%s\n' $candidates
    end
end
complete --command efloctl --no-files --keep-order --arguments '(__efloctl_candidates)'
