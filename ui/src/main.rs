fn main() {
    hub_ui::start();
}
