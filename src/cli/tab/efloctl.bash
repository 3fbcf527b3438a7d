_efloctl() {
    local candidate
    COMPREPLY=()
    while IFS= read -r candidate; do
        case $candidate in
            $'\001file') compopt -o default 2>/dev/null; return ;;
            $'\001folder') compopt -o dirnames 2>/dev/null; return ;;
        esac
        COMPREPLY+=("$candidate")
    done < <(EFLOCTL_COMPLETE=bash command efloctl -- "${COMP_LINE:0:COMP_POINT}" "${2-}" 2>/dev/null)
}
if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)); then
    complete -o nosort -F _efloctl efloctl
elif ((BASH_VERSINFO[0] >= 4)); then
    complete -F _efloctl efloctl
else
    complete -o default -F _efloctl efloctl
fi
